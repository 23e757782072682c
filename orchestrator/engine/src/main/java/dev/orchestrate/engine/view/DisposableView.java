package dev.orchestrate.engine.view;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.engine.checkpoint.CheckpointId;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.linux.process.ChildProgram;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A view that is thrown away when this is closed, unless it was to be kept. It is in the catalog
 * before it is made and until it is gone, so that one which can't be thrown away now, or whose
 * command was killed, is found by {@code recover}.
 */
public final class DisposableView implements AutoCloseable {
  private final Catalog catalog;
  private final SnapshotBackend backend;
  private final SnapshotReference reference;
  private StoredView stored;
  private boolean keep;

  /**
   * @param mountPoint where everybody is going to see it, if so
   */
  public DisposableView(
      Catalog catalog,
      SnapshotBackend backend,
      SnapshotReference reference,
      Optional<RawPath> mountPoint) {
    this.catalog = catalog;
    this.backend = backend;
    this.reference = reference;
    this.stored = StoredView.begun(CheckpointId.random(), reference.id(), mountPoint);
    catalog.views().add(stored);
  }

  /** Mounts it. */
  public View make() {
    View view = backend.mount(reference, stored.view());
    update(stored.madeAt(view.root()));
    return view;
  }

  /** It stays as long as one of these or this command lives, should the command be killed. */
  public void goesWith(List<ChildProgram> programs) {
    List<ProcessIdentity> users = new ArrayList<>(stored.users());
    programs.forEach(program -> users.add(ProcessIdentity.of(program.pid())));
    update(stored.usedBy(users));
  }

  public void keep() {
    update(stored.kept());
    keep = true;
  }

  /** As it is in the catalog now. */
  public StoredView stored() {
    return stored;
  }

  private void update(StoredView view) {
    catalog.views().add(view);
    stored = view;
  }

  @Override
  public void close() {
    if (!keep) {
      backend.unmount(reference, stored.view());
      catalog.views().remove(stored);
    }
  }
}
