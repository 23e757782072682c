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
}
