package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.recovery.Deletion;
import dev.orchestrate.spi.SnapshotBackend;
import java.util.List;
import java.util.Optional;

/**
 * A complete checkpoint that goes when this is closed, unless it was to be kept. Its journal says
 * so from before it is complete, so that recovery removes it should the command be killed.
 */
public final class TemporaryCheckpoint implements AutoCloseable {
  private final Catalog catalog;
  private final SnapshotBackend backend;
  private final Manifest manifest;
  private final Journal journal;
  private boolean keep;

  TemporaryCheckpoint(Catalog catalog, SnapshotBackend backend, CompleteCheckpoint complete) {
    this.catalog = catalog;
    this.backend = backend;
    this.manifest = complete.manifest();
    this.journal = complete.journal();
  }

  public Manifest manifest() {
    return manifest;
  }

  /** From now on it is one like any other. */
  public void keep() {
    journal.finish();
    keep = true;
  }

  /**
   * @throws dev.orchestrate.spi.ConflictException if somebody uses another view of it; it then
   *     stays until {@code recover} finds that nobody does
   */
  @Override
  public void close() {
    try (journal) {
      if (!keep) {
        Deletion deletion = new Deletion(catalog, manifest.id());
        deletion.requireUnused();
        journal.note(List.of(new Entry.Deleting()));
        deletion.complete(Optional.of(manifest.snapshotReference()), name -> backend);
      }
    }
  }
}
