package dev.orchestrate.engine.freeze;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessStatus;
import dev.orchestrate.linux.process.ExternalProgram;
import java.util.HashSet;
import java.util.Set;

/**
 * Who must never be frozen: this program, wherever it runs, those it descends from, and the first
 * process.
 */
public final class Bystanders {
  private static final String MAIN_CLASS = "dev.orchestrate.cli.Main";

  private Bystanders() {}

  public static Set<Integer> pids() {
    Set<Integer> pids = new HashSet<>();
    pids.add(1);
    int pid = (int) ProcessHandle.current().pid();
    while (pid > 0 && pids.add(pid)) {
      pid = parent(pid);
    }
    return pids;
  }

  /**
   * Whether a process is this program too, at work for somebody else, or one that it runs, such as
   * rsync(1): it has the target open for its own sake, and whoever it has frozen would wait for it.
   */
  public static boolean isAnotherOfUs(int pid) {
    try {
      return ProcessStatus.command(pid).contains(MAIN_CLASS)
          || ProcessStatus.environment(pid).stream()
              .anyMatch(one -> one.startsWith(ExternalProgram.MARK + "="));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH)) {
        return false;
      }
      throw e;
    }
  }

  private static int parent(int pid) {
    try {
      return ProcessStatus.of(pid).parent();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH)) {
        return 0;
      }
      throw e;
    }
  }
}
