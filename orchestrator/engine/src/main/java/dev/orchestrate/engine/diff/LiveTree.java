package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Target;
import java.util.Set;
import java.util.TreeSet;

/** Where a checkpoint was taken, as it is now. */
public final class LiveTree {
  private LiveTree() {}

  /**
   * Opens its top.
   *
   * @throws ConflictException if another filesystem, or another part of it, is there now
   */
  public static Directory open(Manifest checkpoint) {
    Manifest.TargetRecord then = checkpoint.target();
    Target now = TargetFinder.find(then.path());
    if (!now.mount().type().equals(then.type())
        || !now.pathInFilesystem().equals(then.pathInFilesystem())) {
      throw new ConflictException(
          then.path()
              + ": is "
              + now.pathInFilesystem()
              + " of a "
              + now.mount().type()
              + " now, and not "
              + then.pathInFilesystem()
              + " of the "
              + then.type()
              + " that was there",
          "mount that: it was " + then.source());
    }
    return Directory.open(now.path());
  }

  /** The stores, relative to its top, of all checkpoints that keep what they store in there. */
  public static Set<RawPath> storesIn(RawPath top, Catalog catalog, Backends backends) {
    Set<RawPath> stores = new TreeSet<>();
    for (StoredCheckpoint stored : catalog.list()) {
      if (stored instanceof StoredCheckpoint.Complete complete) {
        Manifest manifest = complete.manifest();
        backends.all().stream()
            .filter(backend -> backend.name().equals(manifest.backend()))
            .flatMap(backend -> backend.storeInTarget(manifest.snapshotReference()).stream())
            .map(store -> manifest.target().path().resolve(store))
            .filter(store -> store.isBelow(top) && !store.equals(top))
            .forEach(store -> stores.add(store.relativeTo(top)));
      }
    }
    return stores;
  }
}
