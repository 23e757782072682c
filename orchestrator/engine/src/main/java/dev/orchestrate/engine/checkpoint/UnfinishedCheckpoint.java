package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.recovery.Undo;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.Volume;

/**
 * A checkpoint with a journal. Unless it is said to be complete, closing it undoes all that was
 * noted, as recovery would; if that fails, the journal stays for recovery to try again.
 */
public final class UnfinishedCheckpoint implements AutoCloseable {
  private final SnapshotBackend backend;
  private final SnapshotReference reference;
  private final Catalog catalog;
  private final Journal journal;
  private boolean complete;

  private UnfinishedCheckpoint(
      SnapshotBackend backend, SnapshotReference reference, Catalog catalog, Journal journal) {
    this.backend = backend;
    this.reference = reference;
    this.catalog = catalog;
    this.journal = journal;
  }

  /** Chooses where the snapshot will be, and notes it. */
  static UnfinishedCheckpoint begin(
      Plan plan, SnapshotRequest request, Identity identity, Catalog catalog) {
    SnapshotBackend backend = plan.backend();
    SnapshotReference reference = backend.locate(request);
    Entry.Begun begun =
        new Entry.Begun(
            identity.id(),
            identity.set(),
            identity.created(),
            plan.target().path(),
            plan.target().mount().type(),
            plan.target().isMountPoint(),
            reference.backend(),
            request.relinkFolder(),
            plan.fit().volumes().stream().map(Volume::path).toList(),
            Manifest.attributesOf(reference));
    return begin(begun, backend, catalog);
  }

  /**
   * Notes what is about to be made.
   *
   * @throws dev.orchestrate.spi.ConflictException if there is a checkpoint of this id
   */
  public static UnfinishedCheckpoint begin(
      Entry.Begun begun, SnapshotBackend backend, Catalog catalog) {
    return new UnfinishedCheckpoint(
        backend, begun.snapshotReference(), catalog, catalog.begin(begun));
  }

  SnapshotReference reference() {
    return reference;
  }

  Journal journal() {
    return journal;
  }

  /** There is a complete checkpoint now; its journal is the caller's. */
  Journal complete() {
    complete = true;
    return journal;
  }

  /** There is a complete checkpoint now, and nothing is left to do for it. */
  public void finish() {
    try (Journal done = complete()) {
      done.finish();
    }
  }

  @Override
  public void close() {
    if (complete) {
      return;
    }
    try (journal) {
      Undo.of(journal.entries(), name -> backend);
      catalog.remove(reference.id());
    }
  }
}
