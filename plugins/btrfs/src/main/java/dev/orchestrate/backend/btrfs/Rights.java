package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.FileHandle;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.LinuxCapability;

/** What the calling thread may do; capabilities(7). */
final class Rights {
  private Rights() {}

  /** Whether the kernel lets the caller snapshot the subvolume with this top. */
  static boolean toSnapshot(Stat subvolume) {
    return subvolume.user() == SystemCalls.userId() || LinuxCapability.CAP_FOWNER.isEffective();
  }

  /**
   * Whether root can take back what a checkpoint has made: destroy the snapshot, or else remove
   * each file in it, whoever owns it.
   */
  static boolean toUndo() {
    return SystemCalls.userId() != 0
        || toDestroySubvolumes()
        || LinuxCapability.CAP_DAC_OVERRIDE.isEffective();
  }

  static boolean toDestroySubvolumes() {
    return LinuxCapability.CAP_SYS_ADMIN.isEffective();
  }

  /**
   * Whether inodes can be opened by number and made mutable. Tried, not looked up: in a user
   * namespace the capability is there and the kernel still refuses.
   */
  static boolean toRevive(Fd subvolume) {
    if (!LinuxCapability.CAP_LINUX_IMMUTABLE.isEffective()) {
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
}
