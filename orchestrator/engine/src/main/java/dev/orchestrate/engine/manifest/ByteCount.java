package dev.orchestrate.engine.manifest;

import java.io.OutputStream;

/** Counts what is written, and keeps nothing of it. */
final class ByteCount extends OutputStream {
  private long bytes;

  @Override
  public void write(int one) {
    bytes++;
  }

  @Override
  public void write(byte[] some, int start, int length) {
    bytes += length;
  }

  long bytes() {
    return bytes;
  }
}
