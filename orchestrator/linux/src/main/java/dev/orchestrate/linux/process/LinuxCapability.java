package dev.orchestrate.linux.process;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import java.util.Arrays;
import java.util.Optional;

/** The parts of root's power that this program may have use for; capabilities(7). */
public enum LinuxCapability {
  CAP_CHOWN(0),
  CAP_DAC_OVERRIDE(1),
  CAP_DAC_READ_SEARCH(2),
  CAP_FOWNER(3),
  CAP_FSETID(4),
  CAP_KILL(5),
  CAP_SETGID(6),
  CAP_SETUID(7),
  CAP_LINUX_IMMUTABLE(9),
  CAP_SYS_PTRACE(19),
  CAP_SYS_ADMIN(21),
  CAP_MKNOD(27),
  CAP_SETFCAP(31),
  CAP_CHECKPOINT_RESTORE(40);

  private final int bit;

  LinuxCapability(int bit) {
    this.bit = bit;
  }

  /** Whether this thread has it now; another one of the same program may have changed its user. */
  public boolean isEffective() {
    return isIn(effective());
  }

  /** The names of those that this thread lacks, for people; empty if it has them all. */
  public static Optional<String> missing(LinuxCapability... wanted) {
    long effective = effective();
    return Arrays.stream(wanted)
        .filter(capability -> !capability.isIn(effective))
        .map(Enum::name)
        .reduce((some, next) -> some + " and " + next);
  }

  private boolean isIn(long set) {
    return (set >>> bit & 1) != 0;
  }

  private static long effective() {
    try (Fd status = Fd.open(RawPath.of("/proc/thread-self/status"), Fd.O_RDONLY)) {
      return RawPath.decode(status.readAll())
          .lines()
          .filter(line -> line.startsWith("CapEff:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .findFirst()
          .orElse(0);
    }
  }
}
