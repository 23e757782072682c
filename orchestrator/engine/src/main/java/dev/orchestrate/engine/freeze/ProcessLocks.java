package dev.orchestrate.engine.freeze;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps two checkpoints from freezing one process at the same time: the first to be done would thaw
 * what the other needs frozen. A lock is flock(2) on the process's environ in /proc, which only
 * those can open who may look into the process, so nobody else can hold it.
 */
final class ProcessLocks implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private final List<Fd> locks = new ArrayList<>();

  /**
   * Waits for the locks of these processes, in one order for everybody; those that have ended need
   * none.
   *
   * @throws ConflictException if somebody else keeps one for a minute
   */
  void acquire(Collection<Integer> pids) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int pid : new TreeSet<>(pids)) {
      try {
        Fd file = Fd.open(RawPath.of("/proc/" + pid + "/environ"), Fd.O_RDONLY);
        locks.add(file);
        acquire(pid, file, deadline);
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
          throw e;
        }
      }
    }
  }

  private static void acquire(int pid, Fd file, long deadline) {
    while (true) {
      try {
        file.flock(true);
        return;
      } catch (SystemCallException e) {
        if (!e.is(Errno.EAGAIN)) {
          throw e;
        }
        if (System.nanoTime() > deadline) {
          throw new ConflictException(
              "process " + pid + ": another checkpoint of it does not end",
              "see: pgrep -a -f orchestrate",
              e);
        }
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      }
    }
  }

  @Override
  public void close() {
    locks.forEach(Fd::close);
    locks.clear();
  }
}
