package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.RUNTIME;
import static dev.orchestrate.linux.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** The system calls about processes that the packages below this one build on. */
public final class SystemCalls {
  private static final int RLIMIT_NOFILE = 7;
  private static final int PRIO_PROCESS = 0;
  private static final long TIOCGWINSZ = 0x5413;
  private static final long MOUNT_ATTR_RDONLY = 1;
  private static final int MOUNT_ATTR_SIZE = 32;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int CLONE_NEWNS = 0x00020000;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int OPEN_TREE_CLOEXEC = 02000000;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
  private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;

  private SystemCalls() {}

  /** Makes the first of them quick: what it would load is loaded at the end of this. */
  public static void load() {
    Objects.requireNonNull(LIBC);
  }

  public static int kcmp(int pid1, int pid2, int type, long index1, long index2) {
    return (int)
        check(
            LIBC.syscall(Arch.HERE.kcmp, pid1, pid2, type, index1, index2, 0),
            "kcmp",
            "processes " + pid1 + " and " + pid2);
  }

  public static void kill(int pid, int signal) {
    check(LIBC.kill(pid, signal), "kill", "process " + pid);
  }

  /** The user id of this thread's process; getuid(2). */
  public static int userId() {
    return LIBC.getuid();
  }

  public static int processGroup() {
    return LIBC.getpgrp();
  }

  /**
   * How many characters fit into a line of the terminal at {@code fd}; none if it does not say so.
   * TIOCGWINSZ of ioctl_tty(2) gives rows, columns, and two numbers that are not used.
   */
  public static OptionalInt columns(int fd) {
    byte[] size = new byte[8];
    boolean told = LIBC.ioctl(fd, TIOCGWINSZ, size) == 0;
    int columns = ByteBuffer.wrap(size).order(ByteOrder.nativeOrder()).getShort(2) & 0xffff;
    return told && columns > 0 ? OptionalInt.of(columns) : OptionalInt.empty();
  }

  /** The process group in the foreground of the terminal at {@code fd}, or -1 if it is none. */
  public static int foregroundGroup(int fd) {
    return LIBC.tcgetpgrp(fd);
  }

  /**
   * unshare(2), for the calling thread only, and for threads that it starts. jnr-ffi starts one
   * when it first allocates memory, which would keep a namespace alive long after this thread has
   * ended: so that happens here, before.
   */
  public static void unshare(int flags) {
    Memory.allocateDirect(RUNTIME, 1);
    check(LIBC.unshare(flags), "unshare", "this process");
  }

  /** setns(2), for the calling thread only; what {@link #unshare} says holds here, too. */
  public static void enterMountNamespace(Fd namespace) {
    Memory.allocateDirect(RUNTIME, 1);
    check(LIBC.setns(namespace.number(), CLONE_NEWNS), "setns", namespace.subject());
  }

  public static void mount(RawPath source, RawPath target, String type, long flags) {
    mount(source, target, type, flags, "");
  }

  /**
   * mount(2).
   *
   * @param options of the filesystem, such as {@code "nouuid"}; may be empty
   */
  public static void mount(
      RawPath source, RawPath target, String type, long flags, String options) {
    check(
        LIBC.mount(
            source.terminated(),
            target.terminated(),
            Native.terminated(type),
            flags,
            Native.terminated(options)),
        "mount",
        target);
  }

  /**
   * mount_setattr(2): makes a mount read-only or writable, whatever its filesystem is.
   *
   * @param withThoseBelow whether the mounts in it are changed too
   */
  public static void setReadOnly(RawPath point, boolean readOnly, boolean withThoseBelow) {
    ByteBuffer attributes =
        ByteBuffer.allocateDirect(MOUNT_ATTR_SIZE).order(ByteOrder.nativeOrder());
    attributes.putLong(readOnly ? 0 : 8, MOUNT_ATTR_RDONLY);
    byte[] terminated = point.terminated();
    ByteBuffer path = ByteBuffer.allocateDirect(terminated.length).put(terminated).rewind();
    check(
        LIBC.syscall(
            Arch.MOUNT_SETATTR,
            Native.AT_FDCWD,
            Pointer.wrap(RUNTIME, path).address(),
            withThoseBelow ? AT_RECURSIVE : 0,
            Pointer.wrap(RUNTIME, attributes).address(),
            MOUNT_ATTR_SIZE,
            0),
        "mount_setattr",
        point);
  }

  /**
   * A copy of what is mounted at a directory, by the mount through which that was opened, and
   * below, that is mounted nowhere yet; open_tree(2), since Linux 5.2.
   */
  public static Fd cloneMounts(Fd point) {
    int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH;
    byte[] none = RawPath.EMPTY.terminated();
    long fd = LIBC.syscall(Arch.OPEN_TREE, point.number(), none, flags);
    return new Fd((int) check(fd, "open_tree", point.subject()), point.subject());
  }

  /** Mounts what {@link #cloneMounts} gave at a directory; move_mount(2), since Linux 5.2. */
  public static void attachMounts(Fd mounts, Fd point) {
    byte[] none = RawPath.EMPTY.terminated();
    int flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    check(
        LIBC.syscall(Arch.MOVE_MOUNT, mounts.number(), none, point.number(), none, flags, 0),
        "move_mount",
        point.subject());
  }

  public static void unmount(RawPath target, int flags) {
    check(LIBC.umount2(target.terminated(), flags), "umount", target);
  }

  /** The nice value of the calling thread, from -20, which goes first, to 19; getpriority(2). */
  public static int nice() {
    return LIBC.getpriority(PRIO_PROCESS, 0);
  }

  /**
   * Sets it, for the calling thread and for threads and programs that it starts afterwards.
   *
   * @throws SystemCallException EACCES if it may not go before others: CAP_SYS_NICE
   */
  public static void setNice(int nice) {
    check(LIBC.setpriority(PRIO_PROCESS, 0, nice), "setpriority", "this thread");
  }

  /** chdir(2); in a thread that has unshared it, for that thread only. */
  public static void changeDirectory(RawPath path) {
    check(LIBC.chdir(path.terminated()), "chdir", path);
  }

  public static void changeDirectory(Fd directory) {
    check(LIBC.fchdir(directory.number()), "fchdir", directory.subject());
  }

  /** umask(2); in a thread that has unshared its filesystem attributes, for that thread only. */
  public static void setUmask(int mask) {
    LIBC.umask(mask);
  }

  /**
   * Waits until {@code fd} signals an exceptional condition, as cgroup.events does when it changes.
   */
  public static void awaitPriorityEvent(Fd fd, int millis) {
    short pollpri = 2;
    byte[] descriptor =
        ByteBuffer.allocate(8)
            .order(ByteOrder.nativeOrder())
            .putInt(fd.number())
            .putShort(pollpri)
            .array();
    if (LIBC.poll(descriptor, 1, millis) < 0 && Native.lastErrno() != Errno.EINTR) {
      check(-1, "poll", fd.subject());
    }
  }

  /** waitpid(2) for one child; the status as wait(2) gives it. */
  public static int waitFor(int pid) {
    byte[] status = new byte[4];
    while (LIBC.waitpid(pid, status, 0) < 0) {
      if (Native.lastErrno() != Errno.EINTR) {
        check(-1, "waitpid", "process " + pid);
      }
    }
    return ByteBuffer.wrap(status).order(ByteOrder.nativeOrder()).getInt();
  }

  /** The limits on open descriptors. */
  public record DescriptorLimit(long soft, long hard) {}

  public static DescriptorLimit descriptorLimit() {
    byte[] raw = new byte[16];
    check(LIBC.getrlimit(RLIMIT_NOFILE, raw), "getrlimit", "RLIMIT_NOFILE");
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    return new DescriptorLimit(in.getLong(), in.getLong());
  }

  public static void setDescriptorLimit(DescriptorLimit limit) {
    byte[] raw =
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(limit.soft())
            .putLong(limit.hard())
            .array();
    check(LIBC.setrlimit(RLIMIT_NOFILE, raw), "setrlimit", "RLIMIT_NOFILE");
  }

  /**
   * Gives the calling thread, and no other, another user's identity for good; setresuid(2) as a raw
   * system call, since the C library's wrapper changes all threads.
   */
  public static void becomeInThisThread(int user, int group, List<Integer> groups) {
    ByteBuffer list = ByteBuffer.allocate(4 * groups.size() + 4).order(ByteOrder.nativeOrder());
    groups.forEach(list::putInt);
    check(
        LIBC.syscall(Arch.HERE.setgroups, groups.size(), list.array(), 0L),
        "setgroups",
        "group " + group);
    check(
        LIBC.syscall(Arch.HERE.setresgid, group, group, group, 0, 0, 0),
        "setresgid",
        "group " + group);
    check(
        LIBC.syscall(Arch.HERE.setresuid, user, user, user, 0, 0, 0), "setresuid", "user " + user);
  }
}
