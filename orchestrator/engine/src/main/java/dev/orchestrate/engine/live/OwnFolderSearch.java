package dev.orchestrate.engine.live;

import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for {@link OwnFolders} by their own paths, which may lead into a tree from elsewhere, by a
 * link or a mount.
 */
final class OwnFolderSearch {
  private final RawPath top;
  private final Set<RawPath> paths = new HashSet<>();
  private final Set<InodeKey> inodes = new HashSet<>();
  private final Set<String> missing = new HashSet<>();

  /**
   * @param top of the live tree
   */
  OwnFolderSearch(RawPath top) {
    this.top = top;
  }

  void lookForState(RawPath path) {
    notePath(path);
    open(path)
        .ifPresent(
            opened -> {
              try (Directory folder = opened) {
                note(folder);
              }
            });
  }

  /**
   * @param path where the checkpoint is stored, with others perhaps
   */
  void lookForStore(RawPath path, StoredCheckpoint checkpoint) {
    notePath(path);
    if (!isThere(path, RawPath.of(checkpoint.id()))
        && isInside(path)
        && checkpoint instanceof StoredCheckpoint.Complete) {
      missing.add("checkpoint " + checkpoint.id() + " in " + path);
    }
  }

  private boolean isThere(RawPath path, RawPath id) {
    Optional<Directory> opened = open(path);
    if (opened.isEmpty()) {
      return false;
    }
    try (Directory folder = opened.get()) {
      Stat stat = folder.stat();
      if (!stat.belongsToUsOrRoot() || stat.isWritableByOthers()) {
        return false; // somebody has put it there in the place of ours
      }
      note(folder);
      return folder.entry(id).isPresent();
    }
  }

  private void note(Directory folder) {
    inodes.add(folder.stat().key());
    notePath(folder.fd().kernelPath());
  }

  private void notePath(RawPath path) {
    if (isInside(path)) {
      paths.add(path.relativeTo(top));
    }
  }

  private boolean isInside(RawPath path) {
    return path.isBelow(top) && !path.equals(top);
  }

  private static Optional<Directory> open(RawPath path) {
    try {
      return Optional.of(Directory.openFollowing(path));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  OwnFolders result() {
    return new OwnFolders(Set.copyOf(paths), Set.copyOf(inodes), Set.copyOf(missing));
  }
}
