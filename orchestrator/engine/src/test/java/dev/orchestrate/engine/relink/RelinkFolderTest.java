package dev.orchestrate.engine.relink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelinkFolderTest {
  private static final RawPath PATH = RawPath.of("held/checkpoint/0123456789ab");

  @TempDir Path top;

  private void requirePlace() {
    try (Directory volume = Directory.open(RawPath.of(top.toString()))) {
      RelinkFolder.requirePlace(volume, PATH);
    }
  }

  @Test
  void whereNothingIsOrOnlyFoldersAreThereIsAPlace() throws IOException {
    assertThatCode(this::requirePlace).doesNotThrowAnyException();
    Files.createDirectories(top.resolve("held/checkpoint"));
    assertThatCode(this::requirePlace).doesNotThrowAnyException();
    assertThat(top.resolve("held/checkpoint")).isEmptyDirectory();
  }

  @Test
  void aFileIsInTheWay() throws IOException {
    Files.createDirectory(top.resolve("held"));
    Files.writeString(top.resolve("held/checkpoint"), "a file");
    assertThatThrownBy(this::requirePlace)
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("held/checkpoint: there is something else");
  }

  @Test
  void aLinkToAFolderIsInTheWay() throws IOException {
    Files.createDirectory(top.resolve("elsewhere"));
    Files.createSymbolicLink(top.resolve("held"), Path.of("elsewhere"));
    assertThatThrownBy(this::requirePlace)
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("held: there is something else");
  }

  /** As the owner of the top can do; here everybody may write to it instead. */
  @Test
  void aFolderThatSomebodyElsePutInItsPlaceIsNotRemoved() throws IOException {
    Path planted = Files.createDirectories(top.resolve("held/checkpoint/0123456789ab/d"));
    Files.writeString(planted.resolve("file"), "of the victim");
    Files.createDirectories(top.resolve(".0123456789ab.new/d"));
    Files.setPosixFilePermissions(
        top.resolve("held"), PosixFilePermissions.fromString("rwxrwxrwx"));

    removeLeft();

    assertThat(planted.resolve("file")).hasContent("of the victim");
    assertThat(top.resolve(".0123456789ab.new/d")).isDirectory();
  }

  @Test
  void whatIsLeftInFoldersOfOursIsRemoved() throws IOException {
    Path left = Files.createDirectories(top.resolve("held/checkpoint/0123456789ab/d"));
    Files.writeString(left.resolve("file"), "relinked");
    Files.createDirectory(top.resolve("held/.0123456789ab.new"));
    for (Path folder = left; !folder.equals(top); folder = folder.getParent()) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    removeLeft();

    assertThat(top.resolve("held/checkpoint")).isEmptyDirectory();
    assertThat(top.resolve("held/.0123456789ab.new")).doesNotExist();
  }

  private void removeLeft() {
    try (Directory volume = Directory.open(RawPath.of(top.toString()))) {
      RelinkFolder.removeLeft(volume, PATH);
    }
  }
}
