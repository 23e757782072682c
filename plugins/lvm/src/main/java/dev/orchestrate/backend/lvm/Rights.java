package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;

/** What the calling thread may do; capabilities(7). */
final class Rights {
  private static final int CAP_SYS_ADMIN = 21;

  private Rights() {}

  /**
   * lvm insists on user 0, and device-mapper on the capability, which root in a container lacks.
   */
  static boolean toUseLvm() {
    return SystemCalls.userId() == 0 && has(CAP_SYS_ADMIN);
  }

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
