package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.util.Arrays;

/** Extended attributes, POSIX ACLs among them (system.posix_acl_*); xattr(7). */
public final class ExtendedAttributes {
  private static final int LARGEST = 65536;

  private ExtendedAttributes() {}

  /** Sets an empty attribute; does nothing where the filesystem has none. */
  public static void mark(Fd fd, String name) {
    byte[] path = fd.procPath().terminated();
    int result = LIBC.setxattr(path, Native.terminated(name), new byte[1], 0, 0);
    if (result < 0 && Native.lastErrno() != Errno.EOPNOTSUPP) {
      check(result, "setxattr", fd.subject());
    }
  }

  public static boolean isMarked(Fd fd, String name) {
    byte[] path = fd.procPath().terminated();
    return LIBC.getxattr(path, Native.terminated(name), new byte[1], 1) >= 0;
  }

  /** Gives {@code to} each attribute that {@code from} has and the caller may read. */
  public static void copy(Fd from, Fd to) {
    byte[] names = new byte[LARGEST];
    long length = LIBC.listxattr(from.procPath().terminated(), names, names.length);
    if (length < 0 && Native.lastErrno() == Errno.EOPNOTSUPP) {
      return;
    }
    check(length, "listxattr", from.subject());
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (names[i] == 0) {
        copyOne(from, to, Arrays.copyOfRange(names, start, i + 1));
        start = i + 1;
      }
    }
  }

  private static void copyOne(Fd from, Fd to, byte[] name) {
    byte[] value = new byte[LARGEST];
    long length =
        check(
            LIBC.getxattr(from.procPath().terminated(), name, value, value.length),
            "getxattr",
            from.subject());
    check(
        LIBC.setxattr(to.procPath().terminated(), name, value, length, 0),
        "setxattr",
        to.subject());
  }
}
