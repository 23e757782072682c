package dev.orchestrate.engine.freeze;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.cgroup.Cgroup;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.linux.proc.ProcessStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Processes that are frozen and thawed together. */
sealed interface FreezeUnit {

  /** The processes as they were when the unit was made. */
  List<Integer> pids();

  /** How, and why so, for people. */
  String method();

  /** Asks for the freeze, without waiting. */
  void freeze();

  /** Waits until all stand still; false if that was not so in time. */
  boolean awaitFrozen(Duration most);

  void thaw();

  /** What is to be noted before {@link #freeze}, so that it can be undone. */
  List<Entry> traces();

  private static List<Entry> freezeOf(Cgroup cgroup) {
    return List.of(new Entry.Freeze(cgroup.controlFile(), cgroup.version().thawed()));
  }

  /** Undoes what making the unit changed; the processes run again. */
  default void dissolve() {}

  /** A control group in which there is nobody else. */
  record WholeCgroup(Cgroup cgroup, List<Integer> pids) implements FreezeUnit {
    @Override
    public String method() {
      return "cgroup "
          + cgroup.version().name().toLowerCase(java.util.Locale.ROOT)
          + " "
          + cgroup
          + ": nobody else is in it";
    }

    @Override
    public List<Entry> traces() {
      return freezeOf(cgroup);
    }

    @Override
    public void freeze() {
      cgroup.freeze();
    }

    @Override
    public boolean awaitFrozen(Duration most) {
      return cgroup.awaitFrozen(most);
    }

    @Override
    public void thaw() {
      cgroup.thaw();
    }
  }

  /**
   * A group made for the time of the freeze, below the one that its processes share with others.
   */
  record OwnCgroup(Cgroup cgroup, Cgroup origin, List<Integer> pids) implements FreezeUnit {
    @Override
    public String method() {
      return "cgroup "
          + cgroup.version().name().toLowerCase(java.util.Locale.ROOT)
          + " "
          + cgroup
          + ": made for the purpose, as others share "
          + origin;
    }

    @Override
    public void freeze() {
      cgroup.freeze();
    }

    @Override
    public boolean awaitFrozen(Duration most) {
      return cgroup.awaitFrozen(most);
    }

    @Override
    public void thaw() {
      cgroup.thaw();
    }

    @Override
    public List<Entry> traces() {
      return freezeOf(cgroup);
    }

    @Override
    public void dissolve() {
      cgroup.dissolveInto(origin);
    }
  }

  /** A process stopped by SIGSTOP, which its parent can see: the last resort. */
  record Stopped(ProcessIdentity process, String why) implements FreezeUnit {
    private static final int SIGSTOP = 19;
    private static final int SIGCONT = 18;
    private static final long LOOK_AGAIN_NANOS = 100_000;

    int pid() {
      return process.pid();
    }

    @Override
    public List<Entry> traces() {
      return List.of(new Entry.Stop(process));
    }

    @Override
    public List<Integer> pids() {
      return List.of(pid());
    }

    @Override
    public String method() {
      return "SIGSTOP: " + why;
    }

    @Override
    public void freeze() {
      signal(SIGSTOP);
    }

    @Override
    public boolean awaitFrozen(Duration most) {
      long deadline = System.nanoTime() + most.toNanos();
      while (!standsStill()) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      }
      return true;
    }

    private boolean standsStill() {
      try {
        return "TtZX".indexOf(ProcessStatus.of(pid()).state()) >= 0;
      } catch (SystemCallException e) {
        return true; // it has ended
      }
    }

    @Override
    public void thaw() {
      signal(SIGCONT);
    }

    private void signal(int signal) {
      try {
        SystemCalls.kill(pid(), signal);
      } catch (SystemCallException e) {
        if (!e.is(Errno.ESRCH)) {
          throw e;
        }
      }
    }
  }

  /** Processes that somebody else has frozen or stopped: they stay so. */
  record Untouched(List<Integer> pids, String method) implements FreezeUnit {
    @Override
    public List<Entry> traces() {
      return List.of();
    }

    @Override
    public void freeze() {}

    @Override
    public boolean awaitFrozen(Duration most) {
      return true;
    }

    @Override
    public void thaw() {}
  }
}
