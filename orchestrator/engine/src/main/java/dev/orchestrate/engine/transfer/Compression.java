package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.NotFoundException;

/** How the tree in a stream is compressed. */
public enum Compression {
  NONE,
  ZSTD;

  /** The best that this host can do. */
  public static Compression best() {
    return ZSTD.isPossible() ? ZSTD : NONE;
  }

  private boolean isPossible() {
    return this == NONE || ExternalProgram.find("zstd").isPresent();
  }

  /**
   * @throws NotFoundException if this host can't
   */
  void require(String advice) {
    if (!isPossible()) {
      throw new NotFoundException(
          "zstd is not installed", "install the package zstd, or " + advice);
    }
  }
}
