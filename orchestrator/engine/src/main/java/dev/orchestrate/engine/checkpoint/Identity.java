package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.manifest.SnapshotSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a checkpoint is called.
 *
 * @param set that it is a member of
 * @param created when it was begun
 */
record Identity(String id, Optional<SnapshotSet> set, Instant created) {

  /** As many new ones, which are a set if they are more than one. */
  static List<Identity> random(int count) {
    Instant created = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<String> ids = Stream.generate(CheckpointId::random).limit(count).toList();
    Optional<SnapshotSet> set =
        count == 1 ? Optional.empty() : Optional.of(new SnapshotSet(CheckpointId.random(), ids));
    return ids.stream().map(id -> new Identity(id, set, created)).toList();
  }

  /** What all of the set are called; the checkpoint's own id without one. */
  String common() {
    return set.map(SnapshotSet::id).orElse(id);
  }
}
