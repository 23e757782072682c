package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import java.util.Optional;

/** One checkpoint's folder inside the {@link SnapshotFolder}. */
final class CheckpointFolder {
  private CheckpointFolder() {}

  /**
   * @throws ConflictException if there is one already
   */
  static void requireNone(StoredSnapshot snapshot) {
    Optional<Directory> existing = openIfThere(snapshot);
    existing.ifPresent(Directory::close);
    if (existing.isPresent()) {
      throw new ConflictException(
          "there is already something in the place of the snapshot: " + snapshot.path(),
          "delete that checkpoint first");
    }
  }

  static void make(StoredSnapshot snapshot) {
    try {
      makeIn(snapshot, 3);
    } catch (SystemCallException e) {
      throw Failures.of(e, "making the folder of the snapshot", "");
    }
  }

  /** Another checkpoint that ends may remove the snapshot folder just before this one uses it. */
  private static void makeIn(StoredSnapshot snapshot, int attempts) {
    try (Directory all = SnapshotFolder.openOrMake(snapshot.folder())) {
      all.makeDirectory(RawPath.of(snapshot.id()), 0700);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT) || attempts == 1) {
        throw e;
      }
      makeIn(snapshot, attempts - 1);
    }
  }

  /**
   * @throws NotFoundException if it is gone
   */
  static Directory open(StoredSnapshot snapshot) {
    return openIfThere(snapshot).orElseThrow(() -> gone(snapshot, snapshot.path()));
  }

  static Optional<Directory> openIfThere(StoredSnapshot snapshot) {
    Optional<Directory> found =
        SnapshotFolder.openIfThere(snapshot.folder(), snapshot.filesystem());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (Directory all = found.get()) {
      return Optional.of(all.openDirectory(RawPath.of(snapshot.id())));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw Failures.of(e, "opening the folder of the snapshot", "");
    }
  }

  /** Removes it with all its snapshots and views, and the snapshot folder if it goes with it. */
  static void remove(StoredSnapshot snapshot) {
    SnapshotFolder.openIfThere(snapshot.folder(), snapshot.filesystem())
        .ifPresent(
            found -> {
              try (Directory all = found) {
                Removal.remove(all, RawPath.of(snapshot.id()));
                if (snapshot.madeFolder()) {
                  SnapshotFolder.removeIfEmpty(snapshot.folder());
                }
                BtrfsIoctl.commit(all.fd());
              }
            });
  }

  static NotFoundException gone(StoredSnapshot snapshot, RawPath path) {
    return new NotFoundException(
        "the snapshot of checkpoint " + snapshot.id() + " is gone: " + path,
        "delete what is left of the checkpoint");
  }
}
