package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessStatus;
import dev.orchestrate.linux.proc.ProcessTable;
import dev.orchestrate.linux.process.Kcmp;
import dev.orchestrate.spi.ConflictException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Processes may share one table of descriptors; clone(2), CLONE_FILES. One that runs on could put
 * another file in the place of one that was just looked at, while the process that it was looked at
 * in stands still: root would record somebody else's file as open for writing.
 */
final class SharedTables {
  private final Set<Integer> others = new HashSet<>();
  private final Set<Integer> frozen = new HashSet<>();

  /**
   * Looks at what is new since the last call. Sharing begins only with the birth of a process, so
   * that little is left to do in the frozen time.
   *
   * @param chosen the processes that stand still, or will
   * @param tables a thread for each table of descriptors that they have
   * @param running all processes there are
   * @throws ConflictException if one of them shares its descriptors with one that does not
   */
  void requireNoneOutside(Set<Integer> chosen, Set<Integer> tables, List<Integer> running) {
    Set<Integer> added = new HashSet<>(tables);
    added.removeAll(frozen);
    for (int other : running) {
      if (!chosen.contains(other)) {
        require(other, others.add(other) ? tables : added);
      }
    }
    frozen.addAll(added);
  }

  private static void require(int other, Set<Integer> chosen) {
    if (chosen.isEmpty()) {
      return;
    }
    List<Integer> threads = ProcessTable.threads(other);
    for (int pid : chosen) {
      for (int thread : threads) {
        if (share(pid, thread)) {
          throw new ConflictException(
              "process "
                  + pid
                  + ": shares its descriptors with process "
                  + other
                  + ", which is not chosen and could change them",
              "choose both, by --pid or without it; or end one");
        }
      }
    }
  }

  /** Who may not compare them has no right to look into one of them either. */
  private static boolean share(int pid, int other) {
    try {
      // zombies compare equal, as none has a table any more; kcmp_ptr in kernel/kcmp.c
      return Kcmp.shareDescriptors(pid, other)
          && !ProcessStatus.of(pid).hasEnded()
          && !ProcessStatus.of(other).hasEnded();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH, Errno.EPERM, Errno.EACCES)) {
        return false;
      }
      throw e;
    }
  }
}
