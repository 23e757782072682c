package dev.orchestrate.engine.live;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.PermissionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersAboveTest {
  private static final int NOBODY = 65534;

  @TempDir Path folder;

  private Path top;

  @BeforeEach
  void make() throws IOException {
    top = Files.createDirectories(folder.resolve("above/below/top"));
  }

  private void requireTrusted() {
    try (Directory opened = Directory.open(RawPath.of(top.toString()))) {
      FoldersAbove.requireTrusted(opened);
    }
  }

  @Test
  void theTopMayBelongToAnybody() throws IOException {
    assumeTrue(SystemCalls.userId() == 0, "only root gives folders away");
    Files.setAttribute(top, "unix:uid", NOBODY);
    requireTrusted();
  }

  @Test
  void aFolderAboveMayNot() throws IOException {
    assumeTrue(SystemCalls.userId() == 0, "only root gives folders away");
    Files.setAttribute(folder.resolve("above"), "unix:uid", NOBODY);
    assertThatThrownBy(this::requireTrusted)
        .isInstanceOf(PermissionException.class)
        .hasMessageContaining(folder.resolve("above") + ": others than root");
  }

  @Test
  void inNoneMayEverybodyRename() throws IOException {
    Files.setPosixFilePermissions(top.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(this::requireTrusted)
        .isInstanceOf(PermissionException.class)
        .hasMessageContaining(top.getParent() + ": others than root");
  }
}
