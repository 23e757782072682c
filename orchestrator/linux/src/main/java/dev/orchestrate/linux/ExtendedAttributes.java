package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Extended attributes, POSIX ACLs among them (system.posix_acl_*); xattr(7). What an NFS client
 * shows of the server's own ACLs is none here: each file has it, made of its mode if of nothing
 * else, it can't be removed, and no other filesystem takes it; nfs4_acl(5).
 */
public final class ExtendedAttributes {
  /** Where the server's ACL is shown. */
  public static final String OF_THE_SERVER = "system.nfs4_acl";

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
    for (byte[] name : names(from)) {
      byte[] value = value(from, name);
      check(
          LIBC.setxattr(to.procPath().terminated(), name, value, value.length, 0),
          "setxattr",
          to.subject());
    }
  }

  /**
   * Gives {@code to} just the attributes that {@code from} has and the caller may read, but leaves
   * out those of a kind.
   *
   * @param except how the names begin of those that are neither given nor taken away
   */
  public static void replace(Fd from, Fd to, String except) {
    SortedMap<RawPath, byte[]> wanted = all(from);
    SortedMap<RawPath, byte[]> present = all(to);
    wanted.keySet().removeIf(name -> name.text().startsWith(except));
    present.keySet().removeIf(name -> name.text().startsWith(except));
    present.forEach(
        (name, value) -> {
          if (!wanted.containsKey(name)) {
            remove(to, name);
          }
        });
    wanted.forEach(
        (name, value) -> {
          if (!Arrays.equals(value, present.get(name))) {
            set(to, name, value);
          }
        });
  }

  public static void set(Fd to, RawPath name, byte[] value) {
    check(
        LIBC.setxattr(to.procPath().terminated(), name.terminated(), value, value.length, 0),
        "setxattr",
        to.subject());
  }

  public static void remove(Fd from, RawPath name) {
    check(
        LIBC.removexattr(from.procPath().terminated(), name.terminated()),
        "removexattr",
        from.subject());
  }

  /** Each attribute that the caller may read, by name; none where the filesystem has none. */
  public static SortedMap<RawPath, byte[]> all(Fd fd) {
    SortedMap<RawPath, byte[]> all = new TreeMap<>();
    for (byte[] name : names(fd)) {
      all.put(RawPath.of(Arrays.copyOf(name, name.length - 1)), value(fd, name));
    }
    return all;
  }

  /** The names, each with its NUL. */
  private static List<byte[]> names(Fd fd) {
    byte[] all = new byte[LARGEST];
    long length = LIBC.listxattr(fd.procPath().terminated(), all, all.length);
    if (length < 0 && Native.lastErrno() == Errno.EOPNOTSUPP) {
      return List.of();
    }
    check(length, "listxattr", fd.subject());
    List<byte[]> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (all[i] == 0) {
        byte[] name = Arrays.copyOfRange(all, start, i + 1);
        if (!Arrays.equals(name, Native.terminated(OF_THE_SERVER))) {
          names.add(name);
        }
        start = i + 1;
      }
    }
    return names;
  }

  private static byte[] value(Fd fd, byte[] name) {
    byte[] value = new byte[LARGEST];
    long length =
        check(
            LIBC.getxattr(fd.procPath().terminated(), name, value, value.length),
            "getxattr",
            fd.subject());
    return Arrays.copyOf(value, (int) length);
  }
}
