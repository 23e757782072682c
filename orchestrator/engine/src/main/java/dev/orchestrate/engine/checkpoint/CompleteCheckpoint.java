package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;

/** A checkpoint that is whole, and that this command is still at work on. */
record CompleteCheckpoint(Manifest manifest, Journal journal) implements AutoCloseable {
  @Override
  public void close() {
    journal.close();
  }
}
