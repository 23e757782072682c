package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.LinuxCapability;

/** What the calling thread may do; capabilities(7). */
final class Rights {
  private Rights() {}

  /**
   * lvm insists on user 0, and device-mapper on the capability, which root in a container lacks.
   */
  static boolean toUseLvm() {
    return SystemCalls.userId() == 0 && LinuxCapability.CAP_SYS_ADMIN.isEffective();
  }
}
