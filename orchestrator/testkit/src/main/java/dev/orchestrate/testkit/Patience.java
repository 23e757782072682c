package dev.orchestrate.testkit;

import java.time.Duration;

/** How long tests wait for others before they call it a failure. */
final class Patience {
  /** A system property: how many times longer than usual, as on an emulated machine. */
  static final String FACTOR = "orchestrate.test.patience-factor";

  private Patience() {}

  static Duration of(Duration usual) {
    return usual.multipliedBy(Integer.getInteger(FACTOR, 1));
  }
}
