package dev.orchestrate.engine.verify;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.engine.checkpoint.CheckpointId;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.View;
import java.util.Optional;

/** A view of a checkpoint that goes when it is closed, or by recovery if that never happens. */
final class ViewToRead implements AutoCloseable {
  private final Catalog catalog;
  private final SnapshotBackend backend;
  private final Manifest manifest;
  private final StoredView stored;
  private Optional<Directory> top = Optional.empty();

  private ViewToRead(Catalog catalog, SnapshotBackend backend, Manifest manifest) {
    this.catalog = catalog;
    this.backend = backend;
    this.manifest = manifest;
    this.stored = StoredView.begun(CheckpointId.random(), manifest.id(), Optional.empty());
  }

  /**
   * @throws NotSupportedException if the view would be the live tree, which others change
   */
  static ViewToRead mount(Catalog catalog, SnapshotBackend backend, Manifest manifest) {
    ViewToRead view = new ViewToRead(catalog, backend, manifest);
    catalog.addView(view.stored);
    try {
      view.open();
      return view;
    } catch (RuntimeException e) {
      try (view) {
        throw e instanceof SystemCallException call
            ? Failures.of(call, "mounting a view", "CAP_SYS_ADMIN")
            : e;
      }
    }
  }

  private void open() {
    View view = backend.mount(manifest.snapshotReference(), stored.view());
    catalog.addView(stored.madeAt(view.root()));
    if (view.isLiveTree()) {
      throw isLiveTree("checkpoint " + manifest.id(), backend);
    }
    top = Optional.of(Directory.openFollowing(view.root()));
  }

  static NotSupportedException isLiveTree(String what, SnapshotBackend backend) {
    return new NotSupportedException(
        what
            + ": no checksums, as "
            + backend.name()
            + " stores no copy: the files stay in the live tree, where programs change them",
        "choose a backend that stores them; see: orchestrate backends PATH");
  }

  Directory top() {
    return top.orElseThrow();
  }

  @Override
  public void close() {
    top.ifPresent(Directory::close);
    backend.unmount(manifest.snapshotReference(), stored.view());
    catalog.removeView(stored);
  }
}
