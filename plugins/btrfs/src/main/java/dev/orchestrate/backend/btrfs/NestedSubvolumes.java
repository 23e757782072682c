package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Volume;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The subvolumes below another, at any depth, which its snapshot does not contain: each needs one
 * of its own.
 */
final class NestedSubvolumes {
  private final Directory top;
  private final Optional<Stat> snapshotFolder;
  private final List<Volume> volumes = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private NestedSubvolumes(Directory top, Optional<Stat> snapshotFolder) {
    this.top = top;
    this.snapshotFolder = snapshotFolder;
  }

  /**
   * @param snapshotFolder where this backend keeps its snapshots, if it exists: they are left out
   */
  static NestedSubvolumes below(Directory top, Optional<Stat> snapshotFolder) {
    NestedSubvolumes nested = new NestedSubvolumes(top, snapshotFolder);
    nested.addThoseIn(top, RawPath.EMPTY);
    // a path comes before those below it, the order in which a view is put together
    nested.volumes.sort(Comparator.comparing(Volume::path));
    return nested;
  }

  /** With paths relative to the top, without the top itself, in the order of the paths. */
  List<Volume> volumes() {
    return volumes;
  }

  /** Which subvolumes will be missing, and why. */
  List<String> notes() {
    return notes;
  }

  /** Paths of the subvolumes directly below this one. */
  static List<RawPath> directlyBelow(Directory subvolume) {
    return BtrfsIoctl.children(subvolume.fd()).stream()
        .map(child -> BtrfsIoctl.pathOf(child, subvolume.fd()))
        .toList();
  }

  private void addThoseIn(Directory subvolume, RawPath path) {
    for (BtrfsIoctl.Child child : BtrfsIoctl.children(subvolume.fd())) {
      try {
        RawPath below = BtrfsIoctl.pathOf(child, subvolume.fd());
        addWithThoseBelow(subvolume, below, path.resolve(below));
      } catch (SystemCallException e) {
        leaveOut(subvolume, e);
      }
    }
  }

  private void addWithThoseBelow(Directory above, RawPath below, RawPath path) {
    if (isOurs(path)) {
      return;
    }
    try (Directory subvolume = above.openDirectory(below)) {
      Stat stat = subvolume.stat();
      if (Rights.toSnapshot(stat)) {
        volumes.add(new Volume(path, stat.device()));
        addThoseIn(subvolume, path);
      } else {
        notes.add(
            subvolume.subject()
                + " is left out: it belongs to user "
                + stat.user()
                + " (run as root to include it)");
      }
    }
  }

  private void leaveOut(Directory above, SystemCallException e) {
    switch (e.errno()) {
      case EXDEV -> notes.add(e.subject() + " is left out: another filesystem is mounted over it");
      case EACCES, EPERM ->
          notes.add(
              "a subvolume below "
                  + above.subject()
                  + " is left out: no permission to open it (run as root to include it)");
      case ENOENT, ENOTDIR -> {
        // deleted or renamed a moment ago
      }
      default -> throw e;
    }
  }

  /** By inode, since the same folder may have another path through another mount. */
  private boolean isOurs(RawPath path) {
    if (path.components().contains(SnapshotFolder.DEFAULT_NAME)) {
      return true;
    }
    RawPath above = path;
    while (snapshotFolder.isPresent() && !above.isEmpty()) {
      above = above.parent();
      if (isSnapshotFolder(above)) {
        return true;
      }
    }
    return false;
  }

  private boolean isSnapshotFolder(RawPath path) {
    try (Directory directory = top.openDirectory(path)) {
      return directory.stat().isSameInode(snapshotFolder.orElseThrow());
    } catch (SystemCallException e) {
      if (e.is(Errno.EACCES, Errno.EXDEV, Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }
}
