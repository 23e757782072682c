package dev.orchestrate.engine.live;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Removes trees that are in a private folder, and follows no link. Each folder in one comes up into
 * the private folder before it is looked into, so that a deep tree takes no more descriptors than a
 * flat one, and nobody who has a part of it open can lead this elsewhere.
 */
final class TreeRemoval {
  private static final int ATTEMPTS = 100;

  private final PrivateFolder place;
  private final OwnFolders own;
  private final long device;

  TreeRemoval(PrivateFolder place, OwnFolders own) {
    this.place = place;
    this.own = own;
    this.device = place.directory().stat().device();
  }

  /** Removes what has a name in the private folder; nothing if there is nothing. */
  void remove(RawPath name) {
    Deque<RawPath> left = new ArrayDeque<>(List.of(name));
    while (!left.isEmpty()) {
      RawPath next = left.pop();
      Optional<Stat> found = place.directory().entry(next);
      if (found.filter(Stat::isDirectory).isPresent()) {
        requireRemovable(place.directory(), next, found.get());
        removeFolder(next, left);
      } else if (found.isPresent()) {
        place.directory().unlink(next);
      }
    }
  }

  private void removeFolder(RawPath name, Deque<RawPath> left) {
    try (Directory folder = place.directory().openDirectory(name)) {
      for (int attempt = 1; ; attempt++) {
        for (RawPath child : folder.list()) {
          remove(folder, child, left);
        }
        try {
          place.directory().removeDirectory(name);
          return;
        } catch (SystemCallException e) {
          // somebody who works in it has made another name since
          if (!e.is(Errno.ENOTEMPTY) || attempt == ATTEMPTS) {
            throw e;
          }
        }
      }
    }
  }

  private void remove(Directory folder, RawPath child, Deque<RawPath> left) {
    try {
      Optional<Stat> found = folder.entry(child);
      if (found.filter(Stat::isDirectory).isPresent()) {
        requireRemovable(folder, child, found.get());
        RawPath up = place.newName();
        folder.rename(child, place.directory(), up);
        left.push(up);
      } else if (found.isPresent()) {
        folder.unlink(child);
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.EISDIR)) { // somebody who works in it; the next look tells
        throw e;
      }
    }
  }

  /**
   * Nobody else can move a folder of ours from one folder into another: rename(2), EACCES. A
   * subvolume that was made since may be all that is left of somebody's snapshots.
   */
  private void requireRemovable(Directory folder, RawPath child, Stat found) {
    RawPath path = folder.subject().resolve(child);
    if (own.contain(found)) {
      throw new ConflictException(
          path + ": has stored checkpoints in it, and is not removed",
          "move it back to where it was");
    }
    if (found.device() != device) {
      throw new ConflictException(
          path + ": is a subvolume or a mount, and is not removed",
          "move it to where it belongs, or delete it yourself");
    }
  }
}
