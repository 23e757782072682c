package dev.orchestrate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  @TempDir private Path folder;

  private Directory open() {
    return Directory.open(RawPath.of(folder.toString()));
  }

  @Test
  void noLinkIsFollowedAndNothingAboveIsReached() throws IOException {
    Files.createDirectory(folder.resolve("d"));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("d"));
    Files.createSymbolicLink(folder.resolve("d/out"), Path.of("/etc"));

    try (Directory directory = open()) {
      for (String path : new String[] {"link", "d/out", "d/out/passwd", "..", "d/../..", "/etc"}) {
        assertThatThrownBy(() -> directory.openBeneath(RawPath.of(path), Fd.O_PATH).close())
            .as(path)
            .isInstanceOfSatisfying(
                SystemCallException.class,
                e -> assertThat(e.errno()).isIn(Errno.ELOOP, Errno.EXDEV));
        assertThat(directory.find(RawPath.of("d/out/passwd"))).isEmpty();
      }
      directory.openDirectory(RawPath.of("d")).close();
    }
  }

  @Test
  void aTreeIsRemovedAndWhatItsLinksLeadToStays() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "kept");
    Path tree = Files.createDirectories(folder.resolve("tree/inner"));
    Files.createSymbolicLink(tree.resolve("link"), outside);
    Files.writeString(tree.resolve("file"), "file");

    try (Directory directory = open()) {
      directory.removeTree(RawPath.of("tree"));
      directory.removeTree(RawPath.of("tree"));
    }

    assertThat(folder.resolve("tree")).doesNotExist();
    assertThat(outside.resolve("kept")).hasContent("kept");
  }

  @Test
  void renamingReplacesNothing() throws IOException {
    Files.writeString(folder.resolve("one"), "1");
    Files.writeString(folder.resolve("other"), "2");

    try (Directory directory = open()) {
      assertThatThrownBy(() -> directory.rename(RawPath.of("one"), directory, RawPath.of("other")))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
      directory.exchange(RawPath.of("one"), directory, RawPath.of("other"));
    }

    assertThat(folder.resolve("one")).hasContent("2");
    assertThat(folder.resolve("other")).hasContent("1");
  }

  @Test
  void aPathOfMoreThanAPageIsWalkedInPieces() {
    RawPath path = RawPath.EMPTY;
    try (Directory directory = open()) {
      Directory here = directory.openDirectory(RawPath.EMPTY);
      for (int i = 0; i < 25; i++) {
        RawPath name = RawPath.of("n".repeat(200));
        here.makeDirectory(name, 0700);
        Directory next = here.openDirectory(name);
        here.close();
        here = next;
        path = path.resolve(name);
      }
      here.create(RawPath.of("file")).close();
      here.close();

      assertThat(path.length()).isGreaterThan(4096);
      assertThat(directory.find(path.resolve("file"))).isPresent();
      directory.removeTree(path.components().get(0));
    }
  }

  @Test
  void namesThatAreNotUtf8AreListedByteByByte() {
    RawPath name = RawPath.of(new byte[] {'a', (byte) 0xFF, '\n', ' '});
    try (Directory directory = open()) {
      directory.create(name).close();

      assertThat(directory.list()).containsExactly(name);
      directory.unlink(name);
    }
  }
}
