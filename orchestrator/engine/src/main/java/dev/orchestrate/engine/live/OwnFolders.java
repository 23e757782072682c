package dev.orchestrate.engine.live;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of a live tree is this program's own: its state folder, and where checkpoints are stored,
 * whatever they are of. Told by the inodes as well, since who owns a folder above can give one of
 * these another name.
 *
 * @param paths relative to the top of the tree
 * @param inodes of those that are there
 * @param missing those of which nothing is there
 */
public record OwnFolders(Set<RawPath> paths, Set<InodeKey> inodes, Set<RawPath> missing) {

  /** Where they are, without a look at any. */
  public static Set<RawPath> pathsIn(RawPath top, Catalog catalog, Backends backends) {
    return Stream.concat(
            Stream.of(catalog.stateDirectory()),
            catalog.list().stream()
                .flatMap(checkpoint -> checkpoint.snapshotReference().stream())
                .flatMap(reference -> store(reference, backends).stream()))
        .filter(store -> store.isBelow(top) && !store.equals(top))
        .map(store -> store.relativeTo(top))
        .collect(Collectors.toSet());
  }

  /**
   * Looks for them.
   *
   * @param top of the live tree, by its path
   */
  public static OwnFolders in(Directory top, RawPath path, Catalog catalog, Backends backends) {
    Set<RawPath> paths = pathsIn(path, catalog, backends);
    Set<InodeKey> inodes = new HashSet<>();
    Set<RawPath> missing = new HashSet<>();
    for (RawPath store : paths) {
      try (Directory folder = top.openDirectory(store)) {
        inodes.add(folder.stat().key());
      } catch (SystemCallException e) {
        if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP)) {
          missing.add(store);
        } else if (!e.is(Errno.EXDEV)) { // on another filesystem, it can't come here
          throw e;
        }
      }
    }
    return new OwnFolders(paths, inodes, missing);
  }

  /**
   * For what removes a folder with all that may have been moved into it.
   *
   * @throws ConflictException if one of them is missing, unless nothing is in the folder
   */
  void requireAllThere(boolean empty, RawPath folder) {
    if (!empty && !missing.isEmpty()) {
      throw new ConflictException(
          folder
              + ": is not removed, as "
              + missing
              + " may be in it, where checkpoints are stored",
          "move it back; if it is gone for good, delete its checkpoints by: orchestrate delete --force");
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

  private static Optional<RawPath> store(SnapshotReference reference, Backends backends) {
    return backends.all().stream()
        .filter(backend -> backend.name().equals(reference.backend()))
        .findFirst()
        .flatMap(backend -> store(reference, backend));
  }
}
