package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import java.time.Instant;

/** A snapshot that is deleted, with its entry in the catalog, unless it is said to be kept. */
final class UnfinishedSnapshot implements AutoCloseable {
  private final SnapshotBackend backend;
  private final SnapshotReference reference;
  private final Catalog catalog;
  private boolean keep;

  private UnfinishedSnapshot(
      SnapshotBackend backend, SnapshotReference reference, Catalog catalog) {
    this.backend = backend;
    this.reference = reference;
    this.catalog = catalog;
  }

  static UnfinishedSnapshot begin(
      Plan plan, SnapshotRequest request, Instant created, Catalog catalog) {
    SnapshotBackend backend = plan.backend();
    SnapshotReference reference = backend.prepare(request);
    UnfinishedSnapshot snapshot = new UnfinishedSnapshot(backend, reference, catalog);
    try {
      catalog.begin(Checkpointer.begun(plan, reference, created));
      return snapshot;
    } catch (RuntimeException e) {
      snapshot.close();
      throw e;
    }
  }

  SnapshotReference reference() {
    return reference;
  }

  void keep() {
    keep = true;
  }

  @Override
  public void close() {
    if (!keep) {
      backend.delete(reference);
      catalog.remove(reference.id());
    }
  }
}
