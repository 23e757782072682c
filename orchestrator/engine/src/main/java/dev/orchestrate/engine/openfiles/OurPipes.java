package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.FdInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The pipes that this program writes its output to, if it does. */
final class OurPipes {
  private final Set<InodeKey> pipes = new HashSet<>();

  OurPipes() {
    for (String output : List.of("1", "2")) {
      try {
        Stat stat = Fd.cachedStat(RawPath.of("/proc/self/fd/" + output));
        if (stat.kind() == Stat.Kind.FIFO) {
          pipes.add(stat.key());
        }
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
  }

  /**
   * Whether a descriptor can read from one; who merely writes to it keeps nobody waiting.
   *
   * @param stat of what the descriptor refers to
   */
  boolean isReadBy(int pid, int thread, int number, Stat stat) {
    return pipes.contains(stat.key())
        && !FdInfo.of(pid, thread, number).flags().contains(OpenFlag.O_WRONLY);
  }
}
