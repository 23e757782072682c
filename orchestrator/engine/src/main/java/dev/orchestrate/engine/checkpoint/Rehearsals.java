package dev.orchestrate.engine.checkpoint;

import java.time.Duration;

/**
 * What is done while processes stand still is done several times before, since it costs a Java
 * machine ten times as much at the first time.
 */
final class Rehearsals {
  private static final int FEWEST = 3;
  private static final int MOST = 20;
  private static final Duration ENOUGH = Duration.ofMillis(50);

  private Rehearsals() {}

  /** As often as there is time for; what takes long gains less by it. */
  static void of(Runnable part) {
    long begun = System.nanoTime();
    int times = 0;
    do {
      part.run();
      times++;
    } while (times < FEWEST || (times < MOST && System.nanoTime() - begun < ENOUGH.toNanos()));
  }
}
