package dev.orchestrate.engine.recovery;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import java.util.Optional;
import java.util.function.Function;

/** The removal of a checkpoint, by the command that works on its journal. */
public final class Deletion {
  private final Catalog catalog;
  private final String id;

  public Deletion(Catalog catalog, String id) {
    this.catalog = catalog;
    this.id = id;
  }

  /**
   * @throws ConflictException if a view of it is mounted, or a program works in one
   */
  public void requireUnused() {
    use()
        .ifPresent(
            use -> {
              throw use;
            });
  }

  /** Who uses a view of it, as the reason not to remove it. */
  public Optional<ConflictException> use() {
    return catalog.views().of(id).stream()
        .filter(view -> !view.isAbandoned())
        .filter(view -> view.mountPoint().isPresent() || !view.users().isEmpty())
        .findFirst()
        .map(this::inUse);
  }

  private ConflictException inUse(StoredView view) {
    return view.mountPoint()
        .map(
            place ->
                new ConflictException(
                    "checkpoint " + id + ": is mounted at " + place,
                    "first: orchestrate umount " + place))
        .orElseGet(
            () ->
                new ConflictException(
                    "checkpoint " + id + ": a program runs in a view of it", "end it first"));
  }

  /** What is borrowed and has no view needs nothing of its filesystem. */
  void requireReachable(SnapshotReference stored, SnapshotBackend backend) {
    if (!stored.isBorrowed() || !catalog.views().of(id).isEmpty()) {
      backend.requireReachable(stored);
    }
  }

  /** Removes what is stored, then the entry in the catalog, which tells of it. */
  public void complete(
      Optional<SnapshotReference> stored, Function<String, SnapshotBackend> backends) {
    stored.ifPresent(reference -> remove(reference, backends.apply(reference.backend())));
    forget();
  }

  private void remove(SnapshotReference stored, SnapshotBackend backend) {
    if (stored.isBorrowed()) { // else they go with what they show
      catalog.views().of(id).forEach(view -> backend.unmount(stored, view.view()));
    }
    OwnSnapshot.remove(stored, backend);
  }

  /** Removes the entry in the catalog only. */
  void forget() {
    catalog.views().of(id).forEach(catalog.views()::remove);
    catalog.remove(id);
  }
}
