package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ViewContract extends OnLvm {

  @Test
  void viewsOfOneSnapshotAreApartAndLeaveItAsItIs() throws IOException {
    SnapshotReference reference = checkpoint();
    Path one = mount(reference, VIEW);
    Path other = mount(reference, OTHER_VIEW);
    Files.writeString(one.resolve("file"), "one");

    assertThat(other.resolve("file")).hasContent("before");
    new LvmBackend().unmount(reference, VIEW);
    new LvmBackend().unmount(reference, VIEW);
    assertThat(one).doesNotExist();
    assertThat(stored())
        .noneMatch(line -> line.contains(VIEW))
        .anyMatch(line -> line.contains(OTHER_VIEW));
    assertThat(mount(reference, VIEW).resolve("file")).hasContent("before");
    assertThat(data.resolve("file")).hasContent("before");
  }

  @Test
  void aViewThatExistsAlreadyIsLeftAlone() throws IOException {
    SnapshotReference reference = checkpoint();
    Path view = mount(reference, VIEW);
    Files.writeString(view.resolve("file"), "mine");

    assertThatThrownBy(() -> mount(reference, VIEW)).isInstanceOf(ConflictException.class);
    assertThat(view.resolve("file")).hasContent("mine");
  }

  @Test
  void aViewThatCannotBeMountedIsRemoved() throws IOException {
    SnapshotReference reference = checkpoint();
    Path inTheWay = filesystem.outside("state/lvm/orchestrate_" + ID + "_" + VIEW);

    assertThatThrownBy(() -> mount(reference, VIEW)).isInstanceOf(ConflictException.class);
    assertThat(stored()).hasSize(1);
    assertThat(inTheWay).doesNotExist();
  }

  @Test
  void aViewInUseIsReportedAndGoesLater() {
    SnapshotReference reference = checkpoint();
    Path view = mount(reference, VIEW);
    try (Fd inUse = Fd.open(RawPath.of(view + "/file"), Fd.O_RDONLY)) {
      assertThat(inUse.stat().size()).isPositive();
      assertThatThrownBy(() -> new LvmBackend().unmount(reference, VIEW))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("in use");
    }
    new LvmBackend().unmount(reference, VIEW);
    assertThat(stored()).hasSize(1);
  }

  /** As after a restart of the machine: nothing is mounted, and no snapshot is active. */
  @Test
  void whatIsLeftOfAViewAfterARebootGoes() {
    SnapshotReference reference = checkpoint();
    Path view = mount(reference, VIEW);
    Program.run("umount", view);
    Program.run("umount", view.getParent());
    Program.run(
        "lvm", "lvchange", "--activate=n", TestGroup.NAME + "/orchestrate_" + ID + "_" + VIEW);

    new LvmBackend().unmount(reference, VIEW);

    assertThat(stored()).hasSize(1);
    assertThat(view.getParent()).doesNotExist();
  }

  @Test
  void aSnapshotThatIsGoneIsReported() {
    SnapshotReference reference = checkpoint();
    new LvmBackend().delete(reference);
    assertThatThrownBy(() -> mount(reference, VIEW))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("the snapshot of checkpoint " + ID + " is gone");
  }
}
