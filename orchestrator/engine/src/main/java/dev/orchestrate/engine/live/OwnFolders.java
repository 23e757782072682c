package dev.orchestrate.engine.live;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of a live tree is this program's own: its state folder, and where checkpoints are stored,
 * whatever they are of. Told by the inodes as well, since a mount, or who owns a folder above, can
 * give one of these another name.
 *
 * @param paths relative to the top of the tree
 * @param inodes of those that are there, in the tree or elsewhere
 * @param missing what should be in the tree and is not: "checkpoint ID in PATH"
 */
public record OwnFolders(Set<RawPath> paths, Set<InodeKey> inodes, Set<String> missing) {
  private static final String ADVICE =
      "move or mount it back; if it is gone for good: orchestrate delete --force ID";

  /** Where they are, without a look at any. */
  public static Set<RawPath> pathsIn(RawPath top, Catalog catalog, Backends backends) {
    return Stream.concat(
            Stream.of(catalog.stateDirectory()),
            catalog.list().stream().flatMap(checkpoint -> store(checkpoint, backends).stream()))
        .filter(store -> store.isBelow(top) && !store.equals(top))
        .map(store -> store.relativeTo(top))
        .collect(Collectors.toSet());
  }

  /**
   * Looks for them.
   *
   * @param top of the live tree
   */
  public static OwnFolders in(RawPath top, Catalog catalog, Backends backends) {
    OwnFolderSearch search = new OwnFolderSearch(top);
    search.lookForState(catalog.stateDirectory());
    for (StoredCheckpoint checkpoint : catalog.list()) {
      store(checkpoint, backends).ifPresent(store -> search.lookForStore(store, checkpoint));
    }
    return search.result();
  }

  /**
   * For what changes a tree: what has no name where it should be may have any other.
   *
   * @throws ConflictException if one of them is missing
   */
  public void requireAllThere(RawPath top) {
    if (!missing.isEmpty()) {
      throw new ConflictException(
          top + ": can't be rolled back, as this is not where it is stored: " + missing,
          "nothing was changed; " + ADVICE);
    }
  }

  /**
   * For what removes a folder with all that may have been moved into it.
   *
   * @throws ConflictException if one of them is missing, unless nothing is in the folder
   */
  void requireAllThere(boolean empty, RawPath folder) {
    if (!empty && !missing.isEmpty()) {
      throw new ConflictException(
          folder + ": is not removed, as this may be in it: " + missing, ADVICE);
    }
  }

  public boolean contain(Stat stat) {
    return inodes.contains(stat.key());
  }

  /** Whether one of them is somewhere below a folder. */
  public boolean areBelow(RawPath folder) {
    return paths.stream().anyMatch(path -> path.isBelow(folder));
  }

  /** A checkpoint whose manifest was damaged keeps nobody from comparing another. */
  private static Optional<RawPath> store(SnapshotReference reference, SnapshotBackend backend) {
    try {
      return backend.store(reference);
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }

  private static Optional<RawPath> store(StoredCheckpoint checkpoint, Backends backends) {
    return checkpoint
        .snapshotReference()
        .flatMap(
            reference ->
                backends.all().stream()
                    .filter(backend -> backend.name().equals(reference.backend()))
                    .findFirst()
                    .flatMap(backend -> store(reference, backend)));
  }
}
