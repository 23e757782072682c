package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SnapshotReference;
import java.time.Instant;
import java.util.Optional;

/** A checkpoint in the catalog. */
public sealed interface StoredCheckpoint {
  String id();

  /** When it was made; the epoch if that is not known. */
  Instant created();

  /** The set that it is a member of, if so. */
  Optional<SnapshotSet> set();

  /** Where its snapshot is, or would have been; empty if that is not known. */
  Optional<SnapshotReference> snapshotReference();

  /**
   * What a restart needs.
   *
   * @throws DamagedException if it is not complete or can't be read
   */
  Manifest manifest();

  /**
   * One that can be restarted.
   *
   * @param temporary whether it goes with the command that made it
   */
  record Complete(Manifest manifest, boolean temporary) implements StoredCheckpoint {
    @Override
    public String id() {
      return manifest.id();
    }

    @Override
    public Instant created() {
      return manifest.created();
    }

    @Override
    public Optional<SnapshotSet> set() {
      return manifest.set();
    }

    @Override
    public Optional<SnapshotReference> snapshotReference() {
      return Optional.of(manifest.snapshotReference());
    }
  }

  /**
   * One whose making was interrupted, or whose manifest can't be trusted.
   *
   * @param reason why it can't be restarted
   */
  record Broken(String id, Optional<Entry.Begun> begun, DamagedException reason)
      implements StoredCheckpoint {
    @Override
    public Manifest manifest() {
      throw reason;
    }

    @Override
    public Instant created() {
      return begun.map(Entry.Begun::created).orElse(Instant.EPOCH);
    }

    @Override
    public Optional<SnapshotSet> set() {
      return begun.flatMap(Entry.Begun::set);
    }

    @Override
    public Optional<SnapshotReference> snapshotReference() {
      return begun.map(Entry.Begun::snapshotReference);
    }
  }
}
