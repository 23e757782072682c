package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.closing.CollectedFailures;
import dev.orchestrate.engine.freeze.FrozenProcesses;
import dev.orchestrate.engine.hooks.Hooks;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A complete checkpoint whose processes still stand as it has them. Closing it lets them go on,
 * unless they were ended.
 */
public final class HeldCheckpoint implements AutoCloseable {
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final CompleteSet complete;
  private final FrozenProcesses processes;
  private final List<ProcessIdentity> recorded;
  private final Hooks hooks;

  HeldCheckpoint(
      CompleteSet complete,
      FrozenProcesses processes,
      List<ProcessIdentity> recorded,
      Hooks hooks) {
    this.complete = complete;
    this.processes = processes;
    this.recorded = recorded;
    this.hooks = hooks;
  }

  /**
   * Asked while all run: whether {@link #end} will be able to do what it says.
   *
   * @param holders who has looked for them
   * @throws NotFoundException if there is nobody to be ended
   * @throws dev.orchestrate.spi.PermissionException if somebody can't be looked at, or ended
   */
  static void requireEndable(Collection<Integer> pids, Holders holders) {
    if (pids.isEmpty()) {
      throw new NotFoundException(
          "none of the named processes is there to be ended", "name others, or leave out --final");
    }
    holders.requireNobodyLeftOut();
    for (int pid : pids) {
      try {
        SystemCalls.kill(pid, 0);
      } catch (SystemCallException e) {
        if (!e.is(Errno.ESRCH)) {
          throw Failures.of(e, "ending process " + pid, "CAP_KILL");
        }
      }
    }
  }

  public Manifest manifest() {
    return complete.manifests().get(0);
  }

  /** How long the processes have stood still so far, or did, in microseconds. */
  public long micros() {
    return processes.micros();
  }

  /**
   * Ends the processes with SIGKILL, before any of them goes on, so that the checkpoint has all
   * that they have done; and waits a while until they are gone.
   *
   * @throws dev.orchestrate.spi.TimeoutException if they have stood still for too long, and go on
   */
  public void end() {
    processes.end(recorded);
    long deadline = System.nanoTime() + MOST_NANOS; // one that waits for a disk ends after that
    while (recorded.stream().anyMatch(ProcessIdentity::isAlive) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  /** Whether they are ended, whatever failed after that. */
  public boolean hasEnded() {
    return processes.haveEnded();
  }

  @Override
  public void close() {
    CollectedFailures failures = new CollectedFailures();
    failures.attempt(processes::close);
    failures.attempt(() -> hooks.afterThaw(complete.journals().get(0)));
    if (failures.isEmpty()) {
      failures.attempt(complete::finish);
    }
    failures.attempt(complete::close); // what is not finished is recovery's
    failures.rethrow();
  }
}
