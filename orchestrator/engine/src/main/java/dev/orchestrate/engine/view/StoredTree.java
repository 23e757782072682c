package dev.orchestrate.engine.view;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.View;
import java.util.Optional;
import java.util.function.Supplier;

/** What a checkpoint has stored, opened through a view that goes when this is closed. */
public final class StoredTree implements AutoCloseable {
  private final DisposableView view;
  private final Directory top;

  private StoredTree(DisposableView view, Directory top) {
    this.view = view;
    this.top = top;
  }

  /**
   * Opens it.
   *
   * @param storesNothing the failure if what is stored is the live tree itself
   */
  public static StoredTree open(
      Catalog catalog,
      SnapshotBackend backend,
      Manifest checkpoint,
      Supplier<NotSupportedException> storesNothing) {
    DisposableView view =
        new DisposableView(catalog, backend, checkpoint.snapshotReference(), Optional.empty());
    try {
      return new StoredTree(view, open(view, storesNothing));
    } catch (RuntimeException e) {
      closeAfter(e, view);
      throw e;
    }
  }

  private static Directory open(
      DisposableView view, Supplier<NotSupportedException> storesNothing) {
    try {
      View made = view.make();
      if (made.isLiveTree()) {
        throw storesNothing.get();
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

  public Directory top() {
    return top;
  }

  @Override
  public void close() {
    try (view) {
      top.close();
    }
  }
}
