package dev.orchestrate.linux.process;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;

/** The parts of root's power that this program may have use for; capabilities(7). */
public enum LinuxCapability {
  CAP_CHOWN(0),
  CAP_DAC_OVERRIDE(1),
  CAP_DAC_READ_SEARCH(2),
  CAP_FOWNER(3),
  CAP_FSETID(4),
  CAP_LINUX_IMMUTABLE(9),
  CAP_SYS_PTRACE(19),
  CAP_SYS_ADMIN(21),
  CAP_SETFCAP(31);

  private final int bit;

  LinuxCapability(int bit) {
    this.bit = bit;
  }

  /** Whether this thread has it now; another one of the same program may have changed its user. */
  public boolean isEffective() {
    try (Fd status = Fd.open(RawPath.of("/proc/thread-self/status"), Fd.O_RDONLY)) {
      return RawPath.decode(status.readAll())
          .lines()
          .filter(line -> line.startsWith("CapEff:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(effective -> (effective >>> bit & 1) != 0);
    }
  }
}
