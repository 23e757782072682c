package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ThickContract extends OnLvm {

  @Override
  LvmFilesystem kind() {
    return LvmFilesystem.EXT4_ON_THICK;
  }

  @Test
  void theSnapshotIsReadOnlyAndViewsOfItAreApart() throws IOException {
    try (Orphan orphan = new Orphan(data.resolve("orphan"), "orphan")) {
      SnapshotReference reference = checkpoint(revival(orphan.inode(), "one"));
      assertThat(stored()).containsExactly("orchestrate_" + ID + " read-only orchestrate");
      Path one = mount(reference, VIEW);
      Path other = mount(reference, OTHER_VIEW);
      Files.writeString(one.resolve("file"), "one");
      assertThat(one.resolve(relinked("one").text())).hasContent("orphan");
      assertThat(other.resolve("file")).hasContent("before");
      assertThat(data.resolve("file")).hasContent("before");

      new LvmBackend().unmount(reference, VIEW);
      assertThat(other.resolve("file")).hasContent("before");
      new LvmBackend().delete(reference);

      assertThat(stored()).isEmpty();
      assertThat(Path.of("/dev/mapper")).isDirectoryNotContaining("glob:**orchestrate_*");
    }
  }

  @Test
  void nothingIsRolledBackThatItsStoresMayNotTake() {
    LvmBackend backend = new LvmBackend();
    backend.requireRoomToChange(target(), 1, 1);
    SnapshotReference reference = checkpoint();

    assertThatThrownBy(() -> backend.requireRoomToChange(target(), 1, 1))
        .isInstanceOf(NotSupportedException.class)
        .hasMessageContaining("orchestrate_" + ID);
    backend.delete(reference);
    backend.requireRoomToChange(target(), 1, 1);
  }

  @Test
  void aSnapshotThatHasOverflownIsReported() {
    SnapshotReference reference = checkpoint();
    Program.run("dd", "if=/dev/urandom", "of=" + data.resolve("big"), "bs=1M", "count=200");
    Program.run("sync", "--file-system", data);

    assertThatThrownBy(() -> mount(reference, VIEW))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("its store was full");
    new LvmBackend().delete(reference);
    assertThat(stored()).isEmpty();
  }
}
