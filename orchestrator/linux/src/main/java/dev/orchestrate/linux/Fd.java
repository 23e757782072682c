package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.AT_FDCWD;
import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A file descriptor of this process, close-on-exec, closed with this object.
 *
 * <p>Every method throws {@link SystemCallException} with the kernel's reason.
 */
public final class Fd implements AutoCloseable {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_TRUNC = 01000;
  public static final int O_NONBLOCK = 04000;
  public static final int O_PATH = 010000000;
  public static final int O_DIRECTORY = Arch.HERE.directoryFlag;
  public static final int O_NOFOLLOW = Arch.HERE.noFollowFlag;

  private static final int O_CLOEXEC = 02000000;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_SYMLINK_FOLLOW = 0x400;
  static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_OFD_SETLK = 37;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final long FICLONE = 0x40049409L;
  private static final long FS_IOC_GETFLAGS = 0x80086601L;
  private static final long FS_IOC_SETFLAGS = 0x40086602L;
  private static final int LOCK_NB = 4;

  /** In bytes: what is handed to the kernel is copied out of Java's memory first. */
  private static final int AT_ONCE = 1 << 17;

  private final int number;
  private final RawPath subject;
  private boolean closed;

  Fd(int number, RawPath subject) {
    this.number = number;
    this.subject = subject;
  }

  /** open(2), with O_CLOEXEC; a file that it creates gets mode 0600. */
  public static Fd open(RawPath path, int flags) {
    return openAt(AT_FDCWD, path, flags, 0600, path);
  }

  static Fd openAt(int directory, RawPath path, int flags, int mode, RawPath subject) {
    int fd = LIBC.openat(directory, path.terminated(), flags | O_CLOEXEC, mode);
    return new Fd(check(fd, "open", subject), subject);
  }

  /** A new open file description of the same inode, even of one that has no name left. */
  public Fd reopen(int flags) {
    return openAt(AT_FDCWD, procPath(), flags, 0, subject);
  }

  /** The same open file description at another number, {@code least} or above. */
  public Fd duplicate(int least) {
    return new Fd(
        check(LIBC.fcntl(number, F_DUPFD_CLOEXEC, least), "fcntl(F_DUPFD)", subject), subject);
  }

  /** This descriptor after something that may fail was done with it; then it is closed. */
  public Fd prepared(Consumer<Fd> preparation) {
    try {
      preparation.accept(this);
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  public int number() {
    return number;
  }

  /** The path that this was opened by, for messages. */
  public RawPath subject() {
    return subject;
  }

  public RawPath procPath() {
    return RawPath.of("/proc/self/fd/" + number);
  }

  /** The path that the kernel shows for this descriptor, as /proc/self/fd has it. */
  public RawPath kernelPath() {
    return Symlink.read(procPath());
  }

  /**
   * The same, for a thread that does not see /proc.
   *
   * @param thread its folder there
   */
  public RawPath kernelPath(Directory thread) {
    return Symlink.read(thread.fd(), RawPath.of("fd/" + number));
  }

  public Stat stat() {
    byte[] raw = new byte[Stat.SIZE];
    check(
        LIBC.statx(number, new byte[1], AT_EMPTY_PATH, Stat.BASIC_STATS_AND_MOUNT, raw),
        "statx",
        subject);
    return Stat.parse(raw);
  }

  /** statx(2) that follows links, also the magic ones of /proc. */
  public static Stat stat(RawPath path) {
    byte[] raw = new byte[Stat.SIZE];
    check(
        LIBC.statx(AT_FDCWD, path.terminated(), 0, Stat.BASIC_STATS_AND_MOUNT, raw), "statx", path);
    return Stat.parse(raw);
  }

  /**
   * statx(2) with AT_STATX_DONT_SYNC, following links: what the kernel knows already. It asks no
   * file server, so a server that does not answer holds nobody up.
   */
  public static Stat cachedStat(RawPath path) {
    byte[] raw = new byte[Stat.SIZE];
    check(
        LIBC.statx(
            AT_FDCWD, path.terminated(), AT_STATX_DONT_SYNC, Stat.BASIC_STATS_AND_MOUNT, raw),
        "statx",
        path);
    return Stat.parse(raw);
  }

  /** f_type of fstatfs(2): which kind of filesystem this is on. */
  public long filesystemType() {
    return statfs().getLong(0);
  }

  /** Bytes that an ordinary user can still write to this filesystem; statfs(2). */
  public long availableBytes() {
    ByteBuffer raw = statfs();
    return raw.getLong(32) * raw.getLong(8);
  }

  /** Bytes in use on this filesystem; statfs(2). */
  public long usedBytes() {
    ByteBuffer raw = statfs();
    return (raw.getLong(16) - raw.getLong(24)) * raw.getLong(8);
  }

  private ByteBuffer statfs() {
    byte[] raw = new byte[256];
    check(LIBC.fstatfs(number, raw), "fstatfs", subject);
    return ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
  }

  /**
   * linkat(2): a further name for this inode. The directory has to be on the same mount, not only
   * on the same filesystem, or this fails with EXDEV; an orphan fails with ENOENT.
   */
  public void link(Directory directory, RawPath name) {
    check(
        LIBC.linkat(
            AT_FDCWD,
            procPath().terminated(),
            directory.fd().number,
            name.terminated(),
            AT_SYMLINK_FOLLOW),
        "linkat",
        directory.subject().resolve(name));
  }

  /** ioctl_ficlone(2): this file becomes a copy of {@code source} that shares its blocks. */
  public void cloneFrom(Fd source) {
    check(LIBC.ioctl(number, FICLONE, (long) source.number), "ioctl(FICLONE)", subject);
  }

  /** chmod(2), also of what was opened with O_PATH. */
  public void setPermissions(int mode) {
    check(LIBC.fchmodat(AT_FDCWD, procPath().terminated(), mode, 0), "chmod", subject);
  }

  /** Flags as chattr(1) sets them; ioctl_iflags(2). */
  public int inodeFlags() {
    byte[] raw = new byte[8];
    ioctl(FS_IOC_GETFLAGS, "FS_IOC_GETFLAGS", raw);
    return ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder()).getInt();
  }

  public void setInodeFlags(int flags) {
    byte[] raw = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(flags).array();
    ioctl(FS_IOC_SETFLAGS, "FS_IOC_SETFLAGS", raw);
  }

  /** ioctl(2) with a structure that the kernel may read and fill. */
  public void ioctl(long request, String name, byte[] argument) {
    check(LIBC.ioctl(number, request, argument), "ioctl(" + name + ")", subject);
  }

  /** The file status flags, without close-on-exec; see {@link OpenFlag}. */
  public int flags() {
    return check(LIBC.fcntl(number, F_GETFL, 0), "fcntl(F_GETFL)", subject);
  }

  /** Changes O_APPEND, O_ASYNC, O_DIRECT, O_NOATIME and O_NONBLOCK; the kernel ignores others. */
  public void setFlags(int flags) {
    check(LIBC.fcntl(number, F_SETFL, flags), "fcntl(F_SETFL)", subject);
  }

  public void seek(long offset) {
    check(LIBC.lseek(number, offset, 0), "lseek", subject);
  }

  /** flock(2) without waiting. */
  public void flock(boolean exclusive) {
    check(LIBC.flock(number, (exclusive ? 2 : 1) | LOCK_NB), "flock", subject);
  }

  /**
   * An open file description lock, fcntl(2) F_OFD_SETLK, without waiting.
   *
   * @param length in bytes, 0 for "to the end of the file however far it grows"
   */
  public void lockRange(boolean exclusive, long start, long length) {
    ByteBuffer lock = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
    lock.putShort(0, (short) (exclusive ? 1 : 0)).putShort(2, (short) 0);
    lock.putLong(8, start).putLong(16, length);
    long address = jnr.ffi.Pointer.wrap(Native.RUNTIME, lock).address();
    check(LIBC.fcntl(number, F_OFD_SETLK, address), "fcntl(F_OFD_SETLK)", subject);
  }

  /** Everything from the current offset to the end. */
  public byte[] readAll() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1024]; // what most files of /proc fit in
    while (true) {
      int count = read(buffer);
      if (count == 0) {
        return out.toByteArray();
      }
      out.write(buffer, 0, count);
      if (count == buffer.length) {
        buffer = new byte[16384];
      }
    }
  }

  /**
   * read(2) from the current offset.
   *
   * @return how many bytes, 0 at the end
   */
  public int read(byte[] buffer) {
    return (int) check(LIBC.read(number, buffer, buffer.length), "read", subject);
  }

  public void writeAll(byte[] bytes) {
    int written = 0;
    while (written < bytes.length) {
      int length = Math.min(bytes.length - written, AT_ONCE);
      byte[] part =
          length == bytes.length ? bytes : Arrays.copyOfRange(bytes, written, written + length);
      written += (int) check(LIBC.write(number, part, length), "write", subject);
    }
  }

  public void truncate(long length) {
    check(LIBC.ftruncate(number, length), "ftruncate", subject);
  }

  /** fallocate(2): a part of the file becomes a hole, which reads as zeros; its size stays. */
  public void punchHole(long offset, long length) {
    check(
        LIBC.fallocate(number, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, offset, length),
        "fallocate",
        subject);
  }

  /** chown(2), also of what was opened with O_PATH. */
  public void setOwner(Stat stat) {
    check(
        LIBC.fchownat(number, new byte[1], stat.user(), stat.group(), AT_EMPTY_PATH),
        "chown",
        subject);
  }

  /** fsync(2). */
  public void sync() {
    check(LIBC.fsync(number), "fsync", subject);
  }

  /** fdatasync(2): the data, and of the rest what it takes to find them again, as the size. */
  public void syncData() {
    check(LIBC.fdatasync(number), "fdatasync", subject);
  }

  /** syncfs(2): all that is dirty on this filesystem, whoever wrote it. */
  public void syncFilesystem() {
    check(LIBC.syncfs(number), "syncfs", subject);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      LIBC.close(number);
    }
  }

  @Override
  public String toString() {
    return number + " (" + subject + ")";
  }
}
