package dev.orchestrate.engine.recovery;

import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;

/** What a checkpoint has stored itself: the one place where that is removed. */
final class OwnSnapshot {
  private OwnSnapshot() {}

  /** What is borrowed stays: the checkpoint that it belongs to is in another catalog. */
  static void remove(SnapshotReference stored, SnapshotBackend backend) {
    if (!stored.isBorrowed()) {
      backend.delete(stored);
    }
  }
}
