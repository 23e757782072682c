package dev.orchestrate.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Where a file's data lie in its filesystem, from front to back: FS_IOC_FIEMAP, fiemap.rst. */
final class Extents {
  private static final long FS_IOC_FIEMAP = 0xC020660BL;
  private static final int HEADER = 32;
  private static final int EXTENT = 56;
  private static final int AT_ONCE = 256;

  /** Else what is written but not on the disk yet would seem to be as it was before. */
  private static final int FIEMAP_FLAG_SYNC = 1;

  private static final int LAST = 0x1;
  private static final int MERGED = 0x1000;
  private static final int SHARED = 0x2000;

  private final Fd file;
  private List<Extent> known = List.of();
  private int next;
  private long asked;
  private boolean complete;

  Extents(Fd file) {
    this.file = file;
  }

  /**
   * A part of a file; offsets and lengths in bytes.
   *
   * @param address where {@code start} is in the filesystem
   * @param flags FIEMAP_EXTENT_*
   */
  record Extent(long start, long length, long address, int flags) {
    long end() {
      return start + length;
    }

    long address(long at) {
      return address + (at - start);
    }

    /**
     * Whether its data are just what lies at its address: written, and neither packed nor moved.
     */
    boolean isPlain() {
      return length > 0 && (flags & ~(LAST | MERGED | SHARED)) == 0;
    }
  }

  /** What {@code at} is in; of no length if that is a hole. It may only grow from call to call. */
  Extent at(long at) {
    while (true) {
      while (next < known.size() && known.get(next).end() <= at) {
        next++;
      }
      if (next < known.size()) {
        Extent found = known.get(next);
        return found.start() <= at ? found : hole(at);
      }
      if (complete) {
        return hole(at);
      }
      ask(Math.max(at, asked));
    }
  }

  private static Extent hole(long at) {
    return new Extent(at, 0, 0, 0);
  }

  private void ask(long from) {
    byte[] raw = new byte[HEADER + AT_ONCE * EXTENT];
    ByteBuffer map = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    map.putLong(0, from).putLong(8, Long.MAX_VALUE - from);
    map.putInt(16, FIEMAP_FLAG_SYNC).putInt(24, AT_ONCE);
    file.ioctl(FS_IOC_FIEMAP, "FS_IOC_FIEMAP", raw);
    int count = map.getInt(20);
    known = new ArrayList<>();
    next = 0;
    for (int i = 0; i < count; i++) {
      int here = HEADER + i * EXTENT;
      known.add(
          new Extent(
              map.getLong(here),
              map.getLong(here + 16),
              map.getLong(here + 8),
              map.getInt(here + 40)));
    }
    complete = count < AT_ONCE || (known.get(count - 1).flags() & LAST) != 0;
    asked = count == 0 ? from : known.get(count - 1).end();
  }
}
