package dev.orchestrate.engine.retention;

import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.engine.retention.Pruning.Fate;
import dev.orchestrate.linux.RawPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What becomes of sets: all of one is kept, or none. */
final class SetFates {
  private SetFates() {}

  /** The same fates, but with what is kept as another of its set is. */
  static List<Fate> together(List<Fate> fates) {
    Map<SnapshotSet, String> kept = new HashMap<>();
    for (Fate fate : fates) {
      if (fate.isKept()) {
        setOf(fate).ifPresent(set -> kept.putIfAbsent(set, fate.checkpoint().id()));
      }
    }
    return fates.stream()
        .map(
            fate ->
                fate.isKept()
                    ? fate
                    : setOf(fate).map(kept::get).map(other -> keptWith(other, fate)).orElse(fate))
        .toList();
  }

  private static Fate keptWith(String other, Fate fate) {
    return new Fate(fate.checkpoint(), fate.target(), List.of("with " + other + ", of its set"));
  }

  /** Those of one path, and the others of their sets. */
  static List<Fate> of(RawPath path, List<Fate> fates) {
    Set<SnapshotSet> sets =
        fates.stream()
            .filter(fate -> fate.target().equals(path))
            .flatMap(fate -> setOf(fate).stream())
            .collect(Collectors.toSet());
    return fates.stream()
        .filter(
            fate -> fate.target().equals(path) || setOf(fate).filter(sets::contains).isPresent())
        .toList();
  }

  /** With all its members: an id alone may have been forged by who sent a checkpoint. */
  private static Optional<SnapshotSet> setOf(Fate fate) {
    return fate.checkpoint().set();
  }
}
