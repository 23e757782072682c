package dev.orchestrate.engine.freeze;

import dev.orchestrate.engine.closing.CollectedFailures;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.spi.TimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Processes that stand still from {@link #freeze} to {@link #thaw}, and while they do, a guard
 * outside this program that would thaw them. Closing thaws them too and leaves no trace.
 */
public final class FrozenProcesses implements AutoCloseable {
  private final Freezer freezer;
  private final Duration most;
  private final Duration wait;
  private final Journal journal;
  private final List<FreezeUnit> units = new ArrayList<>();
  private final List<Guard> guards = new ArrayList<>();
  private final ProcessLocks locks = new ProcessLocks();

  /** Made before anybody stands still, as a Java machine takes its time to load the class. */
  private final CollectedFailures ofThaw = new CollectedFailures();

  private long frozenAt;
  private boolean frozen;
  private boolean ended;
  private long micros;

  /**
   * @param most how long processes may stand still
   * @param wait how long it may take until they do; not longer than that
   */
  FrozenProcesses(Freezer freezer, Duration most, Duration wait, Journal journal) {
    this.freezer = freezer;
    this.most = most;
    this.wait = wait;
    this.journal = journal;
  }

  /** Makes everything ready for these processes; nobody is frozen yet. */
  List<FreezeUnit> add(Collection<Integer> pids) {
    locks.acquire(pids);
    List<FreezeUnit> more = freezer.units(new TreeSet<>(pids));
    units.addAll(more);
    return more;
  }

  public List<Integer> pids() {
    return units.stream().flatMap(unit -> unit.pids().stream()).sorted().toList();
  }

  /** How each process is frozen, for people. */
  public List<String> methods() {
    return units.stream().map(unit -> unit.pids() + " by " + unit.method()).toList();
  }

  /** Notes what is about to be frozen, and starts the guard. */
  public void guard() {
    guard(units);
  }

  private void guard(List<FreezeUnit> some) {
    journal.note(some.stream().flatMap(unit -> unit.traces().stream()).toList());
    guards.add(Guard.start(some, most));
    requireGuarded(); // and what is asked then is linked now, while nobody stands still for it
  }

  /**
   * Freezes, and returns when all stand still; call {@link #guard} before.
   *
   * @throws TimeoutException if one does not, for example as it waits for a disk
   */
  public void freeze() {
    requireGuarded();
    frozenAt = System.nanoTime();
    frozen = true;
    freeze(units);
  }

  /** Freezes further processes, while the others stand still. */
  public void freezeAlso(Collection<Integer> pids) {
    List<FreezeUnit> more = add(pids);
    guard(more);
    freeze(more);
  }

  /** Whom a guard thawed before they were frozen, nobody would thaw if this program ended now. */
  private void requireGuarded() {
    if (!guards.stream().allMatch(Guard::isAlive)) {
      throw Guard.endedTooEarly();
    }
  }

  private void freeze(List<FreezeUnit> some) {
    for (FreezeUnit unit : some) {
      unit.freeze();
    }
    for (FreezeUnit unit : some) {
      Duration left = wait.minusNanos(System.nanoTime() - frozenAt);
      if (left.isNegative() || !unit.awaitFrozen(left)) {
        throw new TimeoutException(
            "processes " + unit.pids() + ": can't be frozen within " + wait.toMillis() + " ms",
            "one may be waiting for a disk or server that does not answer (state D in ps)");
      }
    }
    requireGuarded();
  }

  /** Lets all run again. */
  public void thaw() {
    if (frozen) {
      // not by attempt(): its lambda would be linked, for the first time, while all stand still
      for (FreezeUnit unit : units) {
        try {
          unit.thaw();
        } catch (RuntimeException | Error e) { // out of memory included
          ofThaw.add(e);
        }
      }
      frozen = false;
      micros = (System.nanoTime() - frozenAt) / 1000;
      ofThaw.rethrow();
    }
  }

  /**
   * Ends these processes as they stand, and lets all others run again. The guard ends them, as it
   * alone can do it before its time is up and not after; the first one does, whose time is up
   * before that of the others.
   *
   * @param processes what of them is to be ended; each that is another one by now is left alone
   * @throws TimeoutException if they were thawed before, so that they have gone on
   */
  public void end(Collection<ProcessIdentity> processes) {
    requireStandStill();
    Guard first = guards.remove(0);
    first.end(processes);
    ended = first.endedWell();
    guards.forEach(Guard::release);
    guards.clear();
    thaw(); // those who are not ended
    if (!ended) {
      throw wereThawed();
    }
  }

  /** Whether they are ended, whatever failed after that. */
  public boolean haveEnded() {
    return ended;
  }

  /**
   * What {@link #freeze} has achieved, seen again.
   *
   * @throws TimeoutException if a guard has thawed them, or somebody else one of them
   */
  public void requireStandStill() {
    if (!guards.stream().allMatch(Guard::isAlive)
        || !units.stream().allMatch(unit -> unit.awaitFrozen(Duration.ZERO))) {
      throw wereThawed();
    }
  }

  private TimeoutException wereThawed() {
    return new TimeoutException(
        "processes "
            + pids()
            + ": were thawed before all was done, after "
            + micros() / 1000
            + " ms",
        "they go on; allow more time by --max-stop, unless somebody else has thawed them");
  }

  /**
   * Ends the guard, after the thaw.
   *
   * @throws TimeoutException if it has thawed processes before, so that they did not stand still
   */
  public void requireStoodStill() {
    boolean released = true;
    for (Guard guard : guards) {
      released &= guard.release();
    }
    guards.clear();
    if (!released) {
      throw new TimeoutException(
          "processes "
              + pids()
              + ": stood still for more than "
              + most.toMillis()
              + " ms and were thawed",
          "nothing was kept; allow more with --max-frozen");
    }
  }

  /**
   * How long they stood still, in microseconds, from the first request to the last answer; so far,
   * if they do.
   */
  public long micros() {
    return frozen ? (System.nanoTime() - frozenAt) / 1000 : micros;
  }

  @Override
  public void close() {
    CollectedFailures failures = new CollectedFailures();
    failures.attempt(this::thaw);
    guards.forEach(guard -> failures.attempt(guard::release));
    guards.clear();
    units.forEach(unit -> failures.attempt(unit::dissolve));
    units.clear();
    locks.close();
    failures.rethrow();
  }
}
