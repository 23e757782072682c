package dev.orchestrate.engine.manifest;

import java.io.OutputStream;

/** Keeps what is written, of which it is known beforehand how much it will be. */
final class ExactBytes extends OutputStream {
  private final byte[] bytes;
  private int length;

  /**
   * @param length of all that will be written, in bytes
   */
  ExactBytes(int length) {
    this.bytes = new byte[length];
  }

  @Override
  public void write(int one) {
    bytes[length++] = (byte) one;
  }

  @Override
  public void write(byte[] some, int start, int count) {
    System.arraycopy(some, start, bytes, length, count);
    length += count;
  }

  /**
   * All of it, not copied.
   *
   * @throws IllegalStateException if it is not as much as was said
   */
  byte[] bytes() {
    if (length != bytes.length) {
      throw new IllegalStateException(length + " of " + bytes.length + " bytes were written");
    }
    return bytes;
  }
}
