package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.view.DisposableView;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.View;
import java.util.Optional;

/** What a checkpoint has stored, opened through a view that goes when this is closed. */
final class StoredTree implements AutoCloseable {
  private final DisposableView view;
  private final Directory top;

  private StoredTree(DisposableView view, Directory top) {
    this.view = view;
    this.top = top;
  }

  /**
   * @throws NotSupportedException if what is stored is the live tree itself
   */
  static StoredTree open(Catalog catalog, Backends backends, Manifest checkpoint) {
    DisposableView view =
        new DisposableView(
            catalog,
            backends.byName(checkpoint.backend()),
            checkpoint.snapshotReference(),
            Optional.empty());
    try {
      return new StoredTree(view, open(view, checkpoint));
    } catch (RuntimeException e) {
      closeAfter(e, view);
      throw e;
    }
  }

  private static Directory open(DisposableView view, Manifest checkpoint) {
    try {
      View made = view.make();
      if (made.isLiveTree()) {
        throw new NotSupportedException(
            "checkpoint "
                + checkpoint.id()
                + ": has no tree of its own, as "
                + checkpoint.backend()
                + " stores no copy: the files stay in the live tree",
            "choose a backend that stores them; see: orchestrate backends "
                + checkpoint.target().path());
      }
      return Directory.openFollowing(made.root());
    } catch (SystemCallException e) {
      throw Failures.of(e, "mounting a view", "CAP_SYS_ADMIN");
    }
  }

  private static void closeAfter(RuntimeException reason, DisposableView view) {
    try {
      view.close();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  Directory top() {
    return top;
  }

  @Override
  public void close() {
    try (view) {
      top.close();
    }
  }
}
