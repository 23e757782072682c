package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.util.Arrays;

/** Gives a file the contents of another. */
public final class Contents {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int FS_NOCOW = 0x00800000;
  private static final int CHUNK = 1 << 20;

  private Contents() {}

  /**
   * Shares blocks where the filesystem can, else copies.
   *
   * @param to an empty file
   * @param size of {@code from}, in bytes
   */
  public static void share(Fd from, Fd to, long size) {
    share(from, to, size, Contents::goOn);
  }

  /**
   * The same.
   *
   * @param between run before each part of a copy, of {@value #CHUNK} bytes: what it throws ends it
   */
  public static void share(Fd from, Fd to, long size, Runnable between) {
    try {
      to.cloneFrom(from);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EOPNOTSUPP, Errno.EINVAL, Errno.ENOTTY, Errno.EXDEV)) {
        throw e;
      }
      copy(from, to, size, between);
    }
  }

  /**
   * Marks an empty file by chattr +C if another is, or takes that mark away: btrfs clones only
   * between files that both have it, or both not.
   */
  public static void copyNoCow(Fd from, Fd to) {
    try {
      int wanted = from.inodeFlags() & FS_NOCOW;
      int flags = to.inodeFlags();
      if ((flags & FS_NOCOW) != wanted) {
        to.setInodeFlags((flags & ~FS_NOCOW) | wanted);
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOTTY, Errno.EOPNOTSUPP)) {
        throw e;
      }
    }
  }

  /**
   * Copies, and leaves holes holes; lseek(2) SEEK_DATA and SEEK_HOLE.
   *
   * @param to an empty file
   * @param size of {@code from}, in bytes
   */
  public static void copy(Fd from, Fd to, long size) {
    copy(from, to, size, Contents::goOn);
  }

  private static void copy(Fd from, Fd to, long size, Runnable between) {
    to.truncate(size);
    long at = 0;
    while (at < size) {
      long data = LIBC.lseek(from.number(), at, SEEK_DATA);
      if (data < 0 && Native.lastErrno() == Errno.ENXIO) {
        return;
      }
      check(data, "lseek(SEEK_DATA)", from.subject());
      long hole = holeFrom(from, data);
      copyRange(from, to, data, hole, between);
      at = hole;
    }
  }

  private static void goOn() {}

  /**
   * Whether two files have the same data up to a size. What is a hole in both is not read, nor what
   * lies in the same place of one filesystem: see {@link SharedExtents}.
   *
   * @param size of both, in bytes
   */
  public static boolean areSame(Fd one, Fd other, long size) {
    byte[] chunk = new byte[(int) Math.min(size, CHUNK)];
    byte[] otherChunk = new byte[chunk.length];
    SharedExtents shared = new SharedExtents(one, other);
    long at = 0;
    while (at < size) {
      at = Math.min(dataFrom(one, at, size), dataFrom(other, at, size));
      long known = at < size ? shared.end(at) : at;
      if (known > at) {
        at = known;
        continue;
      }
      one.seek(at);
      other.seek(at);
      int count = fill(one, chunk, size - at);
      if (fill(other, otherChunk, size - at) != count
          || !Arrays.equals(chunk, 0, count, otherChunk, 0, count)) {
        return false;
      }
      if (count == 0) {
        return true; // both have become shorter
      }
      at += count;
    }
    return true;
  }

  static long holeFrom(Fd file, long at) {
    return check(LIBC.lseek(file.number(), at, SEEK_HOLE), "lseek(SEEK_HOLE)", file.subject());
  }

  static long dataFrom(Fd file, long at, long size) {
    long data = LIBC.lseek(file.number(), at, SEEK_DATA);
    if (data < 0 && Native.lastErrno() == Errno.ENXIO) {
      return size;
    }
    return check(data, "lseek(SEEK_DATA)", file.subject());
  }

  static int fill(Fd file, byte[] buffer, long left) {
    long wanted = Math.min(left, buffer.length);
    int filled = 0;
    while (filled < wanted) {
      byte[] rest = filled == 0 ? buffer : new byte[(int) wanted - filled];
      int count =
          (int) check(LIBC.read(file.number(), rest, wanted - filled), "read", file.subject());
      if (count == 0) {
        return filled;
      }
      if (filled > 0) {
        System.arraycopy(rest, 0, buffer, filled, count);
      }
      filled += count;
    }
    return filled;
  }

  private static void copyRange(Fd from, Fd to, long start, long end, Runnable between) {
    from.seek(start);
    to.seek(start);
    byte[] buffer = new byte[CHUNK];
    long left = end - start;
    while (left > 0) {
      between.run();
      long wanted = Math.min(left, CHUNK);
      long count = check(LIBC.read(from.number(), buffer, wanted), "read", from.subject());
      if (count == 0) {
        return;
      }
      to.writeAll(count == CHUNK ? buffer : Arrays.copyOf(buffer, (int) count));
      left -= count;
    }
  }
}
