package dev.orchestrate.backend.lvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An inode as it is on disk; offsets in the documentation of the kernel, filesystems/ext4/inodes.
 *
 * @param raw its bytes, with zeroes behind them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Ext4Inode(byte[] raw) {
  private static final int MODE = 0x0;
  private static final int MTIME = 0x10;
  private static final int LINKS_COUNT = 0x1a;
  private static final int EXTRA_SIZE = 0x80;
  private static final int MTIME_EXTRA = 0x88;

  boolean isThere() {
    return in().getShort(MODE) != 0;
  }

  int links() {
    return in().getShort(LINKS_COUNT) & 0xffff;
  }

  /** The lower 32 bits of the seconds, with their sign. */
  long mtime() {
    return in().getInt(MTIME);
  }

  /** Nanoseconds, and further bits of the seconds. */
  long mtimeExtra() {
    return hasMtimeExtra() ? in().getInt(MTIME_EXTRA) & 0xffffffffL : 0;
  }

  private boolean hasMtimeExtra() {
    return (in().getShort(EXTRA_SIZE) & 0xffff) >= MTIME_EXTRA + 4 - EXTRA_SIZE;
  }

  private ByteBuffer in() {
    return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
  }
}
