package dev.orchestrate.engine.retention;

import dev.orchestrate.linux.RawPath;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Chooses which checkpoints are kept: for each path by itself, the newest of each period. */
public final class Retention {
  private final RetentionRules rules;
  private final ZoneId zone;

  /**
   * @param zone in which a day begins at midnight
   */
  public Retention(RetentionRules rules, ZoneId zone) {
    this.rules = rules;
    this.zone = zone;
  }

  /** A checkpoint, as far as this is about it. */
  public record Candidate(String id, RawPath target, Instant created, Set<String> tags) {}

  /**
   * What becomes of one.
   *
   * @param reasons why it is kept, for people; empty if it is not
   */
  public record Decision(Candidate candidate, List<String> reasons) {
    public boolean isKept() {
      return !reasons.isEmpty();
    }
  }

  /** One decision for each, by path, the newest first. */
  public List<Decision> decide(List<Candidate> candidates) {
    Map<RawPath, List<Candidate>> byTarget =
        candidates.stream()
            .sorted(
                Comparator.comparing(Candidate::target)
                    .thenComparing(Candidate::created, Comparator.reverseOrder())
                    .thenComparing(Candidate::id))
            .collect(
                Collectors.groupingBy(Candidate::target, LinkedHashMap::new, Collectors.toList()));
    return byTarget.values().stream().flatMap(group -> decideOne(group).stream()).toList();
  }

  private List<Decision> decideOne(List<Candidate> newestFirst) {
    Map<Period, Set<String>> seen = new EnumMap<>(Period.class);
    List<Decision> decisions = new ArrayList<>();
    for (Candidate candidate : newestFirst) {
      List<String> reasons = new ArrayList<>();
      if (decisions.size() < rules.last()) {
        reasons.add("last " + (decisions.size() + 1));
      }
      for (Map.Entry<Period, Integer> rule : rules.periods().entrySet()) {
        Set<String> ofKind = seen.computeIfAbsent(rule.getKey(), kind -> new HashSet<>());
        String period = rule.getKey().of(candidate.created().atZone(zone));
        if (ofKind.size() < rule.getValue() && ofKind.add(period)) {
          reasons.add(rule.getKey().word() + " " + period);
        }
      }
      candidate.tags().stream()
          .filter(rules.tags()::contains)
          .sorted()
          .forEach(tag -> reasons.add("tag " + tag));
      decisions.add(new Decision(candidate, List.copyOf(reasons)));
    }
    return decisions;
  }
}
