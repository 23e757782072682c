package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.FileHandle;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;

/** What the calling thread may do; capabilities(7). */
final class Rights {
  private static final int CAP_FOWNER = 3;
  private static final int CAP_LINUX_IMMUTABLE = 9;
  private static final int CAP_SYS_ADMIN = 21;

  private Rights() {}

  /** Whether the kernel lets the caller snapshot the subvolume with this top. */
  static boolean toSnapshot(Stat subvolume) {
    return subvolume.user() == SystemCalls.userId() || has(CAP_FOWNER);
  }

  static boolean toDestroySubvolumes() {
    return has(CAP_SYS_ADMIN);
  }

  /**
   * Whether inodes can be opened by number and made mutable. Tried, not looked up: in a user
   * namespace the capability is there and the kernel still refuses.
   */
  static boolean toRevive(Fd subvolume) {
    if (!has(CAP_LINUX_IMMUTABLE)) {
      return false;
    }
    try (Fd opened = FileHandle.of(subvolume).openOnMountOf(subvolume, Fd.O_PATH)) {
      return opened.stat().isSameInode(subvolume.stat());
    } catch (SystemCallException e) {
      if (e.is(Errno.EPERM)) {
        return false;
      }
      throw e;
    }
  }

  /** Of this thread: another one of the same program may have changed its user. */
  private static boolean has(int capability) {
    try (Fd status = Fd.open(RawPath.of("/proc/thread-self/status"), Fd.O_RDONLY)) {
      return RawPath.decode(status.readAll())
          .lines()
          .filter(line -> line.startsWith("CapEff:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(effective -> (effective >>> capability & 1) != 0);
    }
  }
}
