package dev.orchestrate.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what is going to happen, but not forever. */
public final class Deadline {
  private static final Duration PATIENCE = Patience.of(Duration.ofSeconds(20));

  /** Between two looks; longer each time, as many a look starts a program. */
  private static final Duration SHORTEST = Duration.ofMillis(2);

  private static final Duration LONGEST = Duration.ofMillis(50);

  private Deadline() {}

  /** Whether {@code condition} becomes true in time. */
  public static boolean met(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long pause = SHORTEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(pause + pause / 4, LONGEST.toNanos());
    }
    return true;
  }

  /** Fails if {@code condition} does not become true in time. */
  public static void require(String what, BooleanSupplier condition) {
    if (!met(condition)) {
      throw new AssertionError("not within " + PATIENCE + ": " + what);
    }
  }
}
