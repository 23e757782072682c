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
  private final Journal journal;
  private final List<FreezeUnit> units = new ArrayList<>();
  private final List<Guard> guards = new ArrayList<>();
  private final ProcessLocks locks = new ProcessLocks();

  /** Made before anybody stands still, as a Java machine takes its time to load the class. */
  private final CollectedFailures ofThaw = new CollectedFailures();

  private long frozenAt;
  private boolean frozen;
  private long micros;

  FrozenProcesses(Freezer freezer, Duration most, Journal journal) {
    this.freezer = freezer;
    this.most = most;
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
  }

  /**
   * Freezes, and returns when all stand still; call {@link #guard} before.
   *
   * @throws TimeoutException if one does not, for example as it waits for a disk
   */
  public void freeze() {
    if (!guards.stream().allMatch(Guard::isAlive)) {
      throw new TimeoutException(
          "the guard has ended before anybody was frozen",
          "the machine is slow, or somebody ended it; try again, or with a greater --max-frozen");
    }
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

  private void freeze(List<FreezeUnit> some) {
    for (FreezeUnit unit : some) {
      unit.freeze();
    }
    for (FreezeUnit unit : some) {
      Duration left = most.minusNanos(System.nanoTime() - frozenAt);
      if (left.isNegative() || !unit.awaitFrozen(left)) {
        throw new TimeoutException(
            "processes " + unit.pids() + ": can't be frozen within " + most.toMillis() + " ms",
            "one may be waiting for a disk or server that does not answer (state D in ps)");
      }
    }
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
   * Ends these processes as they stand, and lets all others run again. The guard does both, as it
   * alone can do it before its time is up and not after.
   *
   * @param processes what of them is to be ended; each that is another one by now is left alone
   * @throws TimeoutException if they were thawed before, so that they have gone on
   */
  public void end(Collection<ProcessIdentity> processes) {
    guards.forEach(guard -> guard.end(processes));
    boolean ended = true;
    for (Guard guard : guards) {
      ended &= guard.endedWell();
    }
    guards.clear();
    if (!ended) {
      thaw(); // a guard that somebody has killed has not
      throw stoodTooLong("they go on, and what was stored is behind them; allow more time");
    }
    micros = micros();
    frozen = false;
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
      throw stoodTooLong("nothing was kept; allow more with --max-frozen");
    }
  }

  private TimeoutException stoodTooLong(String advice) {
    return new TimeoutException(
        "processes "
            + pids()
            + ": stood still for more than "
            + most.toMillis()
            + " ms and were thawed",
        advice);
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
