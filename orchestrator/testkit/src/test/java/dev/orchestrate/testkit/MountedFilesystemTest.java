package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@RequiresRoot
class MountedFilesystemTest {
  private static final long SIZE = 32 << 20;

  private static MountedFilesystem make() {
    return MountedFilesystem.onLoop(SIZE, "", "mkfs.ext4", "-q");
  }

  @Test
  void unmountsWhatIsStackedOnItAndDeletesItsImage() {
    MountedFilesystem filesystem = make();
    Path place = filesystem.mountPoint();
    filesystem.mountAgain("second", "noatime");
    filesystem.bind(place, "bound");
    filesystem.tmpfs(place);
    Program.run("mount", "-t", "tmpfs", "tmpfs", filesystem.outside("stray"));

    assertThat(filesystem.mounts()).hasSize(5);
    assertThat(filesystem.strayMounts()).containsExactly(filesystem.outside("stray"));
    filesystem.close();

    assertThat(filesystem.mounts()).isEmpty();
    assertThat(place.getParent()).doesNotExist();
    assertThat(Program.run("losetup", "--list", "--noheadings", "--output", "NAME").lines())
        .doesNotContain(filesystem.storage().source());
  }

  @Test
  void leavesNothingBehindWhenTheFilesystemCannotBeMade() {
    String before = Program.run("losetup", "--list");
    assertThatThrownBy(() -> MountedFilesystem.onLoop(SIZE, "", "false"))
        .isInstanceOf(AssertionError.class);
    assertThat(Program.run("losetup", "--list")).isEqualTo(before);
  }

  @Test
  void countsWhatIsWrittenToTheDevice() {
    try (MountedFilesystem filesystem = make();
        Subject subject = Subject.start()) {
      long before = filesystem.bytesWritten();
      subject.tell("open", 10, filesystem.path("a"), "rw,creat");
      subject.tell("fill", 10, 8 << 20);
      assertThat(filesystem.bytesWritten() - before).isBetween(8L << 20, 10L << 20);
      subject.tell("close", 10);
    }
  }

  @Test
  void theTreeShowsNamesInodesAndLinks() throws Exception {
    try (MountedFilesystem filesystem = make()) {
      Path a = Files.createFile(filesystem.path("a\nb"));
      Tree one = Tree.of(filesystem.mountPoint(), path -> false);
      Files.createLink(filesystem.path("c"), a);
      Tree two = Tree.of(filesystem.mountPoint(), path -> false);
      Files.delete(filesystem.path("c"));

      assertThat(one.names()).containsOnlyKeys("a\nb", "lost+found");
      assertThat(two.names()).containsOnlyKeys("a\nb", "c", "lost+found");
      assertThat(two.names().get("a\nb")).isNotEqualTo(one.names().get("a\nb"));
      assertThat(Tree.of(filesystem.mountPoint(), path -> false)).isEqualTo(one);
    }
  }

  @Test
  void anExhaustedFilesystemHasNoSpaceForAnything() {
    try (MountedFilesystem filesystem = make();
        Subject subject = Subject.start()) {
      subject.tell("exhaust", filesystem.mountPoint());
      subject.tell("open", 10, filesystem.path("a"), "rw,creat");
      assertThat(subject.attempt("fill", 10, 65536).error()).isEqualTo("ENOSPC");
      subject.tell("close", 10);
    }
  }
}
