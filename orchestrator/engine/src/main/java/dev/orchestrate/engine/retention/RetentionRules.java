package dev.orchestrate.engine.retention;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How much is kept of each path. Each rule counts for itself, and what one of them keeps is kept.
 *
 * @param last how many of the newest; 0 or more
 * @param periods of how many hours, days and so on the newest of each; those without a checkpoint
 *     do not count
 * @param tags what has one of these is kept
 */
public record RetentionRules(int last, Map<Period, Integer> periods, Set<String> tags) {
  public RetentionRules {
    periods = new TreeMap<>(periods);
    if (last < 0 || periods.values().stream().anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException("a number to keep can't be negative");
    }
  }

  /** Whether nothing would be kept by any of them. */
  public boolean keepNothing() {
    return last == 0 && tags.isEmpty() && periods.values().stream().allMatch(count -> count == 0);
  }
}
