package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.Target;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a checkpoint was taken, as it is now. */
final class LiveTree {
  private LiveTree() {}

  /**
   * Opens its top.
   *
   * @throws ConflictException if another filesystem, or another part of it, is there now
   */
  static Directory open(Manifest checkpoint) {
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

  /**
   * What of a tree is this program's own, relative to its top: its state folder, and where
   * checkpoints are stored, whatever they are of.
   */
  static Set<RawPath> storesIn(RawPath top, Catalog catalog, Backends backends) {
    return Stream.concat(
            Stream.of(catalog.stateDirectory()),
            catalog.list().stream()
                .flatMap(checkpoint -> checkpoint.snapshotReference().stream())
                .flatMap(reference -> store(reference, backends).stream()))
        .filter(store -> store.isBelow(top) && !store.equals(top))
        .map(store -> store.relativeTo(top))
        .collect(Collectors.toSet());
  }

  /** A checkpoint whose manifest was damaged keeps nobody from comparing another. */
  private static Optional<RawPath> store(SnapshotReference reference, SnapshotBackend backend) {
    try {
      return backend.store(reference);
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }

  private static Optional<RawPath> store(SnapshotReference reference, Backends backends) {
    return backends.all().stream()
        .filter(backend -> backend.name().equals(reference.backend()))
        .findFirst()
        .flatMap(backend -> store(reference, backend));
  }
}
