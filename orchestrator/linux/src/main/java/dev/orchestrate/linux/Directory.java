package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open directory, and what one does with names in it. Nothing here follows a symbolic link or
 * looks at a path from the root, so a directory renamed or replaced meanwhile misleads nobody.
 */
public final class Directory implements AutoCloseable {
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_EACCESS = 0x200;
  private static final int W_OK_AND_X_OK = 3;
  private static final int RENAME_NOREPLACE = 1;
  private static final int RENAME_EXCHANGE = 2;
  private static final long RESOLVE_NO_XDEV = 0x01;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_NO_SYMLINKS = 0x04;
  private static final long RESOLVE_BENEATH = 0x08;
  private static final int LONGEST_PATH = 4000;

  private final Fd fd;

  private Directory(Fd fd) {
    this.fd = fd;
  }

  /** Opens by path; the last component may not be a symbolic link. */
  public static Directory open(RawPath path) {
    return new Directory(Fd.open(path, Fd.O_DIRECTORY | Fd.O_NOFOLLOW));
  }

  /** Opens by path as usual, links included: for paths that the user named. */
  public static Directory openFollowing(RawPath path) {
    return new Directory(Fd.open(path, Fd.O_DIRECTORY));
  }

  /** Closes the descriptor, which is of a directory, when it is closed. */
  public static Directory of(Fd fd) {
    return new Directory(fd);
  }

  public Fd fd() {
    return fd;
  }

  public RawPath subject() {
    return fd.subject();
  }

  public Stat stat() {
    return fd.stat();
  }

  /**
   * Opens what lies below this directory, by openat2(2) with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS
   * and RESOLVE_NO_XDEV: neither {@code ..} nor a link nor a mount leads out. Paths longer than the
   * kernel takes at once are walked in pieces.
   */
  public Fd openBeneath(RawPath path, int flags) {
    if (path.length() <= LONGEST_PATH || path.isAbsolute()) {
      return openat2(path, flags);
    }
    List<RawPath> parts = path.components();
    RawPath first = parts.get(0);
    int taken = 1;
    while (taken < parts.size() && first.length() + 1 + parts.get(taken).length() <= LONGEST_PATH) {
      first = first.resolve(parts.get(taken++));
    }
    if (taken == parts.size()) {
      return openat2(first, flags); // it was one name, or many slashes
    }
    RawPath rest = RawPath.EMPTY;
    for (RawPath part : parts.subList(taken, parts.size())) {
      rest = rest.resolve(part);
    }
    try (Directory next = new Directory(openat2(first, Fd.O_PATH | Fd.O_DIRECTORY))) {
      return next.openBeneath(rest, flags);
    }
  }

  private Fd openat2(RawPath path, int flags) {
    long resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    byte[] how =
        ByteBuffer.allocate(24)
            .order(ByteOrder.nativeOrder())
            .putLong(flags | OpenFlag.O_CLOEXEC.value())
            .putLong((flags & Fd.O_CREAT) != 0 || isTemporary(flags) ? 0600 : 0)
            .putLong(resolve)
            .array();
    RawPath subject = subject().resolve(path);
    RawPath wanted = path.isEmpty() ? RawPath.of(".") : path;
    long opened =
        LIBC.syscall(Arch.OPENAT2, fd.number(), wanted.terminated(), how, (long) how.length);
    return new Fd((int) check(opened, "openat2", subject), subject);
  }

  private static boolean isTemporary(int flags) {
    return (flags & OpenFlag.O_TMPFILE.value()) == OpenFlag.O_TMPFILE.value();
  }

  public Directory openDirectory(RawPath path) {
    return new Directory(openBeneath(path, Fd.O_DIRECTORY));
  }

  /** The directory that this one is in; itself, if this is the top of its mount namespace. */
  public Directory parent() {
    RawPath up = RawPath.of("..");
    return new Directory(Fd.openAt(fd.number(), up, Fd.O_DIRECTORY, 0, subject().resolve(up)));
  }

  /**
   * What has this name here, or nothing: statx(2), which unlike {@link #find} also tells what is
   * mounted there, and costs one call. The name may not be a path.
   */
  public Optional<Stat> entry(RawPath name) {
    byte[] raw = new byte[Stat.SIZE];
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
    int result = LIBC.statx(fd.number(), name.terminated(), flags, Stat.BASIC_STATS_AND_MOUNT, raw);
    if (result < 0 && Native.lastErrno() == Errno.ENOENT) {
      return Optional.empty();
    }
    check(result, "statx", subject().resolve(name));
    return Optional.of(Stat.parse(raw));
  }

  /** What has this name, or nothing; the name may be a path below this directory. */
  public Optional<Stat> find(RawPath path) {
    try (Fd found = openBeneath(path, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      return Optional.of(found.stat());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.ENAMETOOLONG)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The names here, without {@code .} and {@code ..}, in the filesystem's order. */
  public List<RawPath> list() {
    return new ArrayList<>(entries().keySet());
  }

  /** The same, with the inode number of each: of what is below if something is mounted there. */
  public Map<RawPath, Long> entries() {
    Map<RawPath, Long> names = new LinkedHashMap<>();
    try (Fd fresh = openBeneath(RawPath.EMPTY, Fd.O_DIRECTORY)) {
      DirectoryEntries.read(
          fresh,
          (buffer, start, end, inode) -> {
            RawPath name = RawPath.of(Arrays.copyOfRange(buffer, start, end));
            if (!name.text().equals(".") && !name.text().equals("..")) {
              names.put(name, inode);
            }
          });
    }
    return names;
  }

  /** The names here that are decimal numbers, ascending. */
  public int[] numbers() {
    try (Fd fresh = openBeneath(RawPath.EMPTY, Fd.O_DIRECTORY)) {
      return DirectoryEntries.numbers(fresh);
    }
  }

  /** Whether the caller may make and remove names here; faccessat(2). */
  public boolean isWritable() {
    byte[] path = fd.procPath().terminated();
    return LIBC.faccessat(Native.AT_FDCWD, path, W_OK_AND_X_OK, AT_EACCESS) == 0;
  }

  /** Creates a file that must not exist yet, mode 0600. */
  public Fd create(RawPath name) {
    return Fd.openAt(
        fd.number(),
        name,
        Fd.O_RDWR | Fd.O_CREAT | Fd.O_EXCL | Fd.O_NOFOLLOW,
        0600,
        subject().resolve(name));
  }

  public void makeDirectory(RawPath name, int mode) {
    check(LIBC.mkdirat(fd.number(), name.terminated(), mode), "mkdir", subject().resolve(name));
  }

  /** mknod(2): a FIFO, a socket's name or a device. */
  public void makeNode(RawPath name, Stat.Kind kind, long device) {
    check(
        LIBC.mknodat(fd.number(), name.terminated(), kind.bits() | 0600, device),
        "mknod",
        subject().resolve(name));
  }

  public void makeSymlink(RawPath name, RawPath target) {
    check(
        LIBC.symlinkat(target.terminated(), fd.number(), name.terminated()),
        "symlink",
        subject().resolve(name));
  }

  public void unlink(RawPath name) {
    check(LIBC.unlinkat(fd.number(), name.terminated(), 0), "unlink", subject().resolve(name));
  }

  public void removeDirectory(RawPath name) {
    check(
        LIBC.unlinkat(fd.number(), name.terminated(), AT_REMOVEDIR),
        "rmdir",
        subject().resolve(name));
  }

  /**
   * renameat2(2) that replaces nothing. Network filesystems can't promise that and say EINVAL; on
   * those, nothing is replaced that is there beforehand.
   */
  public void rename(RawPath from, Directory directory, RawPath to) {
    try {
      rename(from, directory, to, RENAME_NOREPLACE);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EINVAL) || directory.find(to).isPresent()) {
        throw e;
      }
      rename(from, directory, to, 0);
    }
  }

  /** rename(2): what has the new name is replaced, in one step. */
  public void replace(RawPath from, Directory directory, RawPath to) {
    rename(from, directory, to, 0);
  }

  /** renameat2(2) with RENAME_EXCHANGE: both names exist before and after. */
  public void exchange(RawPath one, Directory directory, RawPath other) {
    rename(one, directory, other, RENAME_EXCHANGE);
  }

  private void rename(RawPath from, Directory directory, RawPath to, int flags) {
    check(
        LIBC.renameat2(
            fd.number(), from.terminated(), directory.fd.number(), to.terminated(), flags),
        "renameat2",
        directory.subject().resolve(to));
  }

  /** Removes {@code name} and all below it, on this filesystem only; nothing if there is none. */
  public void removeTree(RawPath name) {
    Optional<Stat> found = find(name);
    if (found.isEmpty()) {
      return;
    }
    if (!found.get().isDirectory()) {
      unlink(name);
      return;
    }
    try (Directory inner = openDirectory(name)) {
      for (RawPath child : inner.list()) {
        inner.removeTree(child);
      }
    }
    removeDirectory(name);
  }

  /** Makes the entry {@code name} look as {@code metadata}: owner, mode and times. */
  public void setMetadata(RawPath name, Stat metadata) {
    try (Fd entry = openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      Metadata.give(entry, metadata);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
