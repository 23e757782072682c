package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.View;

/**
 * Puts a view together: a writable snapshot of the stored one, and in it, where the nested
 * subvolumes were, writable snapshots of theirs.
 */
final class ViewTree {
  private final StoredSnapshot stored;
  private final Directory folder;
  private final RawPath name;

  ViewTree(StoredSnapshot stored, Directory folder, RawPath name) {
    this.stored = stored;
    this.folder = folder;
    this.name = name;
  }

  View make() {
    makeIn(folder);
    return new View(stored.path().resolve(name));
  }

  /** Makes it in another folder of the same filesystem. */
  void makeIn(Directory into) {
    snapshotOf(0, into, name);
    try (Directory view = into.openDirectory(name)) {
      for (int i = 1; i < stored.volumes().size(); i++) {
        putInPlace(i, view, stored.volumes().get(i));
      }
      removeSnapshotFolder(view);
    } catch (SystemCallException e) {
      throw removed(into, Failures.of(e, "making a view of the snapshot", ""));
    } catch (RuntimeException e) {
      throw removed(into, e);
    }
  }

  private void snapshotOf(int volume, Directory into, RawPath as) {
    RawPath source = StoredSnapshot.snapshotName(volume);
    try (Directory snapshot = folder.openDirectory(source)) {
      OpenVolumes.snapshot(snapshot, into, as);
    } catch (SystemCallException e) {
      throw e.is(Errno.ENOENT)
          ? CheckpointFolder.gone(stored, stored.path().resolve(source))
          : Failures.of(e, "opening the snapshot", "");
    }
  }

  /** In a snapshot, a nested subvolume is an empty directory that can only be removed. */
  private void putInPlace(int volume, Directory view, RawPath path) {
    try (Directory parent = view.openDirectory(path.parent())) {
      Stat before = parent.stat();
      if (parent.find(path.name()).isPresent()) {
        parent.removeDirectory(path.name());
      }
      snapshotOf(volume, parent, path.name());
      restoreTimes(parent, before);
    }
  }

  /** The snapshots of this and other checkpoints show in the snapshot as empty directories. */
  private void removeSnapshotFolder(Directory view) {
    if (!stored.folder().isBelow(stored.target())) {
      return;
    }
    RawPath path = stored.folder().relativeTo(stored.target());
    if (view.find(path).isPresent()) {
      try (Directory parent = view.openDirectory(path.parent())) {
        Stat before = parent.stat();
        Removal.remove(parent, path.name());
        restoreTimes(parent, before);
      }
    }
  }

  /** A backup made from the view should see no directory changed that was not. */
  private static void restoreTimes(Directory directory, Stat before) {
    if (SystemCalls.userId() == 0 || SystemCalls.userId() == before.user()) {
      directory.setMetadata(RawPath.of("."), before);
    }
  }

  private RuntimeException removed(Directory into, RuntimeException reason) {
    try {
      Removal.remove(into, name);
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
    return reason;
  }
}
