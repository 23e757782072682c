package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCalls;

/** What the calling thread may do; capabilities(7). */
final class Rights {
  private static final int CAP_CHOWN = 0;
  private static final int CAP_DAC_READ_SEARCH = 2;

  private Rights() {}

  /** Whether all that somebody keeps in a directory of theirs can be read. */
  static boolean toRead(Stat directory) {
    return directory.user() == SystemCalls.userId() || has(CAP_DAC_READ_SEARCH);
  }

  /** Whether files can be given to others, and device nodes be made. */
  static boolean toKeepOwners() {
    return has(CAP_CHOWN);
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
