package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ViewIT extends OnBtrfs {
  @Test
  void writingToAViewLeavesTheSnapshotAsItIs() throws IOException {
    SnapshotReference reference = checkpoint();
    String before = archive(stored(0));
    Path view = mount(reference, VIEW);
    Files.writeString(view.resolve("file"), "changed");
    Files.writeString(view.resolve("new"), "new");

    assertThat(archive(stored(0))).isEqualTo(before);
    assertThat(data.resolve("file")).hasContent("before");
  }

  @Test
  void viewsOfOneSnapshotExistSideBySide() throws IOException {
    SnapshotReference reference = checkpoint();
    Path one = mount(reference, VIEW);
    Path other = mount(reference, "bbbbbbbbbbbb");
    Files.writeString(one.resolve("file"), "one");

    assertThat(other.resolve("file")).hasContent("before");
    new BtrfsBackend().unmount(reference, VIEW);
    assertThat(one).doesNotExist();
    assertThat(other.resolve("file")).hasContent("before");
  }

  @Test
  void aViewHasTheNestedSubvolumesInPlace() throws IOException {
    makeNested();
    Path directory = Files.createDirectories(data.resolve("dir"));
    LoopBtrfs.subvolume(btrfs.path("data/dir/n3"));
    Program.run("touch", "-d", "2001-02-03", directory);
    SnapshotReference reference = checkpoint();

    Path view = mount(reference, VIEW);

    assertThat(view.resolve("n1/one")).hasContent("1");
    assertThat(view.resolve("n1/n2/two")).hasContent("2");
    Files.writeString(view.resolve("n1/n2/two"), "changed");
    assertThat(stored(3).resolve("two")).hasContent("2");
    assertThat(view.resolve("dir/n3")).isDirectory();
    assertThat(Files.getLastModifiedTime(view.resolve("dir")))
        .isEqualTo(Files.getLastModifiedTime(directory));
  }

  @Test
  void aViewDoesNotShowTheSnapshots() throws IOException {
    SnapshotReference reference = checkpoint();
    BtrfsBackend backend = new BtrfsBackend();
    SnapshotReference second =
        OnBtrfs.prepare(
            backend, OnBtrfs.request(LoopBtrfs.target(data), "cccccccccccc", OnBtrfs.DEFAULTS));
    backend.take(second);
    backend.seal(second, sealing());
    assertThat(mount(second, VIEW).resolve(".orchestrate")).doesNotExist();
    assertThat(mount(reference, VIEW).resolve(".orchestrate")).doesNotExist();
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
  void aViewThatCannotBeCompletedIsRemoved() throws IOException {
    makeNested();
    SnapshotReference reference = checkpoint();
    Program.run("btrfs", "subvolume", "delete", stored(2));

    assertThatThrownBy(() -> mount(reference, VIEW))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("is gone");
    assertThat(LoopBtrfs.subvolumes(btrfs)).noneMatch(path -> path.contains("view-"));
  }

  @Test
  void unmountingTwiceIsUnmountingOnce() {
    SnapshotReference reference = checkpoint();
    mount(reference, VIEW);
    new BtrfsBackend().unmount(reference, VIEW);
    new BtrfsBackend().unmount(reference, VIEW);
    assertThat(LoopBtrfs.subvolumes(btrfs)).noneMatch(path -> path.contains("view-"));
  }

  @Test
  void aMountInsideAViewIsReportedAndNotCrossed() {
    SnapshotReference reference = checkpoint();
    Path view = mount(reference, VIEW);
    btrfs.tmpfs(view);
    assertThatThrownBy(() -> new BtrfsBackend().unmount(reference, VIEW))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("mounted at " + view);
    Program.run("umount", view);
  }

  /** Names, contents, owners, modes and times. */
  private static String archive(Path tree) {
    return Program.run("tar", "--create", "--file=-", "--sort=name", "--directory", tree, ".");
  }
}
