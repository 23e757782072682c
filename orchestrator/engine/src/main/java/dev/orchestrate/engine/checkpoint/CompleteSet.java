package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import java.util.List;

/**
 * Checkpoints that are whole, and that this command is still at work on.
 *
 * @param journals one for each manifest
 */
record CompleteSet(List<Manifest> manifests, List<Journal> journals) implements AutoCloseable {

  /** The command has done its work on them. */
  void finish() {
    journals.forEach(Journal::finish);
  }

  @Override
  public void close() {
    ClosingStack endings = new ClosingStack();
    journals.forEach(journal -> endings.push(journal::close));
    endings.close();
  }
}
