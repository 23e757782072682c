package dev.orchestrate.backend.rsync;

import java.time.Instant;

/**
 * A point in time, and how the clock of the day stood to the one that nobody can set.
 *
 * @param nanos since 1970, CLOCK_REALTIME; clock_gettime(2)
 * @param setting the same less CLOCK_MONOTONIC: it changes when somebody sets the clock
 */
record Moment(long nanos, long setting) {
  private static final long SECOND = 1_000_000_000L;

  /**
   * The kernel dates changes by a clock that ticks at most every 10 ms, and so up to that much too
   * early; ktime_get_coarse_real_ts64.
   */
  private static final long TICK = 20_000_000L;

  private static final long TOLERANCE = 5_000_000L;

  static Moment now() {
    Instant now = Instant.now();
    long nanos = now.getEpochSecond() * SECOND + now.getNano();
    return new Moment(nanos, nanos - System.nanoTime());
  }

  /**
   * @throws IllegalArgumentException if it is not what {@link #text} gives
   */
  static Moment of(String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(text);
    }
    return new Moment(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  String text() {
    return nanos + " " + setting;
  }

  /**
   * Seconds since 1970: whatever changed after this moment bears this date or a later one, and what
   * changed long enough before does not.
   */
  String leastDate() {
    long least = nanos - TICK;
    return "@%d.%09d".formatted(Math.floorDiv(least, SECOND), Math.floorMod(least, SECOND));
  }

  /**
   * Whether the clock was set back since, so that dates lie. Suspending the machine looks like
   * setting it forward, which does no harm.
   */
  boolean wasSetBack() {
    return now().setting < setting - TOLERANCE;
  }
}
