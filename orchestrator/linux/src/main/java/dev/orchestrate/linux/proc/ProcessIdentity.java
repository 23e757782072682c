package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;

/**
 * One process and no other: numbers are used again, but not with the same start.
 *
 * @param startTicks when it started, in clock ticks since boot; proc_pid_stat(5), field 22
 */
public record ProcessIdentity(int pid, long startTicks) {

  public static ProcessIdentity self() {
    return of((int) ProcessHandle.current().pid());
  }

  /**
   * @throws SystemCallException ENOENT or ESRCH if the process is gone
   */
  public static ProcessIdentity of(int pid) {
    return new ProcessIdentity(pid, ProcessStatus.of(pid).startTicks());
  }

  /** Whether it still runs; a zombie, which holds nothing any more, does not. */
  public boolean isAlive() {
    try {
      ProcessStatus status = ProcessStatus.of(pid);
      return status.startTicks() == startTicks && !status.hasEnded();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH)) {
        return false;
      }
      throw e;
    }
  }
}
