package dev.orchestrate.linux.mount;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;

/** Mounts that only one thread, and what it starts, can see; mount_namespaces(7). */
public final class MountNamespace {
  private static final int CLONE_FS = 0x00000200;
  private static final int CLONE_NEWNS = 0x00020000;
  private static final int MS_BIND = 4096;
  private static final int MS_REC = 16384;
  private static final int MS_SLAVE = 1 << 19;
  private static final int MS_SHARED = 1 << 20;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;

  private MountNamespace() {}

  /**
   * Gives the calling thread a mount namespace, working directory and umask of its own: the rest of
   * the program does not notice. Needs CAP_SYS_ADMIN. What is mounted here later stays here; what
   * the system mounts or unmounts later arrives here too.
   */
  public static void enterPrivate() {
    SystemCalls.unshare(CLONE_NEWNS);
    SystemCalls.mount(RawPath.of("none"), RawPath.ROOT, "none", MS_REC | MS_SLAVE);
  }

  /** Gives the calling thread a working directory and umask of its own, for which all may ask. */
  public static void separateWorkingDirectory() {
    SystemCalls.unshare(CLONE_FS);
  }

  /** Shows the tree at {@code source}, with what is mounted in it, at {@code target} too. */
  public static void bindWithMounts(RawPath source, RawPath target) {
    SystemCalls.mount(source, target, "none", MS_BIND | MS_REC);
  }

  /** Shows the tree at {@code source} at {@code target} too. */
  public static void bind(RawPath source, RawPath target) {
    SystemCalls.mount(source, target, "none", MS_BIND);
  }

  /** What is mounted at a directory, and in it, to be mounted at another place as well. */
  public static Fd pickUp(Fd point) {
    return SystemCalls.cloneMounts(point);
  }

  /** Mounts what was picked up at a directory of the namespace that the calling thread is in. */
  public static void putDown(Fd mounts, Fd point) {
    SystemCalls.attachMounts(mounts, point);
  }

  /** Unmounts what is topmost at {@code target}, even while somebody uses it. */
  public static void unmount(RawPath target) {
    SystemCalls.unmount(target, MNT_DETACH | UMOUNT_NOFOLLOW);
  }

  /** Unmounts what is topmost at {@code target}, unless it is in use. */
  public static void unmountUnused(RawPath target) {
    SystemCalls.unmount(target, UMOUNT_NOFOLLOW);
  }

  /**
   * Makes {@code directory} a mount of itself that passes on what happens below it: what is
   * unmounted there later goes from every namespace that was copied from this one meanwhile.
   */
  public static void shareBelow(RawPath directory) {
    bind(directory, directory);
    SystemCalls.mount(RawPath.of("none"), directory, "none", MS_SHARED);
  }

  /**
   * Makes all mounts read-only for the calling thread, in its own namespace, and what it starts;
   * mount_setattr(2), since Linux 5.12.
   */
  public static void forbidWriting() {
    SystemCalls.setReadOnly(RawPath.ROOT, true, true);
  }

  /** The same, but for what is below {@code directory}, which becomes a mount of itself. */
  public static void allowWritingOnlyBelow(RawPath directory) {
    bind(directory, directory);
    forbidWriting();
    SystemCalls.setReadOnly(directory, false, false);
  }

  /**
   * Mounts a block device.
   *
   * @param type of the filesystem on it
   * @param options of that filesystem, such as {@code "nouuid"}; may be empty
   */
  public static void mountDevice(RawPath device, RawPath target, String type, String options) {
    SystemCalls.mount(device, target, type, 0, options);
  }
}
