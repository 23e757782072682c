package dev.orchestrate.engine.plan;

import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Capability;
import java.util.Set;

/** Why one backend that fits is better than another, the best reason first. */
public enum Advantage {
  ONE_MOMENT("its snapshots are of one moment"),
  NOTHING_COPIED("nothing has to be copied"),
  FIRST_BY_NAME("it comes first by its name");

  private final String clause;

  Advantage(String clause) {
    this.clause = clause;
  }

  public static Advantage of(Assessment.Fits fit) {
    Set<Capability> capabilities = fit.capabilities();
    if (capabilities.contains(Capability.ATOMIC)) {
      return ONE_MOMENT;
    }
    return capabilities.contains(Capability.KEEPS_RELINKS) ? NOTHING_COPIED : FIRST_BY_NAME;
  }

  /** For people. */
  public String clause() {
    return clause;
  }
}
