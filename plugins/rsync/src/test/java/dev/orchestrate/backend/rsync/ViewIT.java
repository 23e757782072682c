package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.OrdinaryUser;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views by overlayfs, and by copies where there is none. */
class ViewIT extends OnCopies {

  /** With the copies on an overlayfs, on which no other can be put. */
  private void keepCopiesOnAnOverlay() throws IOException {
    for (String name : List.of("lower", "upper", "work", "copies")) {
      Files.createDirectory(filesystem.path(name));
    }
    Program.run(
        "mount",
        "-t",
        "overlay",
        "-o",
        "lowerdir=%s,upperdir=%s,workdir=%s"
            .formatted(filesystem.path("lower"), filesystem.path("upper"), filesystem.path("work")),
        "overlay",
        copies);
    Program.run("chmod", "700", copies);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writingToAViewLeavesTheCopyAsItIs(boolean overlay) throws IOException {
    if (!overlay) {
      keepCopiesOnAnOverlay();
    }
    Files.createLink(data.resolve("other name"), data.resolve("file"));
    Program.run("chmod", "750", data);
    Program.run("setfattr", "-n", "user.note", "-v", "noted", data);
    SnapshotReference reference = checkpoint(ONE);
    String before = archive(stored(ONE));

    Path view = mount(reference, VIEW);
    Files.writeString(view.resolve("file"), "changed");
    Files.createDirectory(view.resolve("new"));

    assertThat(view.resolve("other name")).as("names stay together").hasContent("changed");
    assertThat(archive(stored(ONE))).isEqualTo(before);
    assertThat(data.resolve("file")).hasContent("before");
    assertThat(Program.run("stat", "-c", "%a %U", view).strip()).isEqualTo("750 root");
    assertThat(Program.run("getfattr", "--only-values", "-n", "user.note", view))
        .isEqualTo("noted");
    assertThat(Program.attempt("mountpoint", view).status() == 0).isEqualTo(overlay);
    new RsyncBackend().unmount(reference, VIEW);
    assertThat(filesystem.strayMounts().stream().filter(at -> !at.equals(copies))).isEmpty();
    assertThat(copies.resolve(ONE).resolve("view-" + VIEW)).doesNotExist();
  }

  /** The folders above a view are root's alone, so others see it where it is shown. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aViewIsOpenToWhomTheTreeIsOpenTo(boolean overlay) throws IOException {
    if (!overlay) {
      keepCopiesOnAnOverlay();
    }
    Program.run("chmod", "1777", data);
    Path view = filesystem.bind(mount(checkpoint(ONE), VIEW), "seen");

    Outcome reading = attemptAsNobody("cat", view.resolve("file"));
    Outcome writing = attemptAsNobody("touch", view.resolve("new"));

    assertThat(reading.expect(0).out()).isEqualTo("before");
    writing.expect(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aViewIsClosedToWhomTheTreeIsClosedTo(boolean overlay) throws IOException {
    if (!overlay) {
      keepCopiesOnAnOverlay();
    }
    Program.run("chmod", "750", data);
    Path view = filesystem.bind(mount(checkpoint(ONE), VIEW), "seen");

    assertThat(attemptAsNobody("cat", view.resolve("file")).err()).contains("Permission denied");
  }

  private static Outcome attemptAsNobody(Object... words) {
    return Program.attempt(OrdinaryUser.command(words).toArray());
  }

  @Test
  void viewsOfOneCopyExistSideBySide() throws IOException {
    SnapshotReference reference = checkpoint(ONE);
    Path one = mount(reference, VIEW);
    Path other = mount(reference, "bbbbbbbbbbbb");
    Files.writeString(one.resolve("file"), "one");

    assertThat(other.resolve("file")).hasContent("before");
    new RsyncBackend().unmount(reference, VIEW);
    new RsyncBackend().unmount(reference, VIEW);
    assertThat(other.resolve("file")).hasContent("before");
  }

  @Test
  void aViewThatExistsAlreadyIsLeftAlone() throws IOException {
    SnapshotReference reference = checkpoint(ONE);
    Path view = mount(reference, VIEW);
    Files.writeString(view.resolve("file"), "mine");

    assertThatThrownBy(() -> mount(reference, VIEW)).isInstanceOf(ConflictException.class);
    assertThat(view.resolve("file")).hasContent("mine");
  }

  @Test
  void aDirectoryOfTheCopyCanBeRenamedInAView() throws IOException {
    Files.createDirectories(data.resolve("d/e"));
    Path view = mount(checkpoint(ONE), VIEW);

    Files.move(view.resolve("d"), view.resolve("f"));

    assertThat(view.resolve("f/e")).isDirectory();
  }

  @Test
  void deletingRemovesCopyAndViews() throws IOException {
    SnapshotReference reference = checkpoint(ONE);
    Path view = mount(reference, VIEW);
    mount(reference, "bbbbbbbbbbbb");
    Files.createSymbolicLink(view.resolve("link"), data.resolve("file"));
    Path tree = copies.resolve(ONE).resolve("mine");
    Program.run("chattr", "+a", Files.writeString(tree, "hard to remove"));

    new RsyncBackend().delete(reference);

    assertThat(copies.resolve(ONE)).doesNotExist();
    assertThat(filesystem.strayMounts()).isEmpty();
    assertThat(data.resolve("file")).hasContent("before");
  }
}
