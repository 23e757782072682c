package dev.orchestrate.backend.nfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Sealing;
import java.util.List;
import java.util.Optional;

/**
 * The names that a checkpoint keeps in the live tree, and those that its views have of the same
 * inodes: in folders side by side, each private.
 */
final class KeptNames {
  private static final int GROUP_OR_OTHERS = 077;
  private static final int ATTEMPTS = 50;
  private static final int PAUSE_MILLIS = 40;

  private final StoredPlace place;
  private final Directory top;

  KeptNames(StoredPlace place, Directory top) {
    this.place = place;
    this.top = top;
  }

  /**
   * For a checkpoint that is complete: what can't be looked into would be taken for empty.
   *
   * @throws PermissionException if the caller may not enter the folder above the stored names
   */
  void requireAccess() {
    try {
      top.openDirectory(place.folder().parent()).close();
    } catch (SystemCallException e) {
      if (e.is(Errno.EACCES)) {
        throw new PermissionException(
            e.subject() + ": you may not enter this folder",
            "delete the checkpoint as the user who made it, or as root",
            e);
      }
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /**
   * As each view will ask for.
   *
   * @throws PermissionException if the stored names belong to somebody else, or others may reach
   *     them
   */
  void requireUsable() {
    openStored().close();
  }

  /**
   * Gives each stored inode one more name, for a view to use up.
   *
   * @throws NotFoundException if the checkpoint was deleted, on another host perhaps
   */
  void linkAgain(String viewId) {
    try {
      linkAll(viewId);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ESTALE)) {
        throw gone(e);
      }
      throw e;
    }
  }

  private NotFoundException gone(SystemCallException e) {
    String what =
        "checkpoint " + place.id() + ": " + place.target().resolve(place.folder()) + " is gone";
    return place.borrowed()
        ? new NotFoundException(
            what + "; it belongs to the host where the checkpoint was taken, which has deleted it",
            "it can't be restarted any more; to forget it here: orchestrate delete " + place.id(),
            e)
        : new NotFoundException(what, "delete the checkpoint", e);
  }

  private void linkAll(String viewId) {
    RawPath view = place.viewFolder(viewId);
    try (Directory stored = openStored();
        Directory parent = top.openDirectory(view.parent())) {
      parent.makeDirectory(view.name(), 0700);
      try (Directory folder = parent.openDirectory(view.name())) {
        for (RawPath name : stored.list()) {
          repeat(stored, name, folder);
        }
      } catch (RuntimeException e) {
        remove(parent, view.name());
        throw e;
      }
    }
  }

  private Directory openStored() {
    Directory stored = top.openDirectory(place.folder());
    try {
      requirePrivate(stored);
      return stored;
    } catch (RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  /** What is in it is linked, or removed, with the caller's rights. */
  private static void requirePrivate(Directory folder) {
    Stat stat = folder.stat();
    if (!stat.belongsToUsOrRoot() || (stat.permissions() & GROUP_OR_OTHERS) != 0) {
      throw new PermissionException(
          folder.subject() + ": is not private to you or root, as a checkpoint's folder has to be",
          "look into it; if it is right: chown it to yourself and chmod go=");
    }
  }

  /** Folders can't have two names; those stored are empty, so a second one is as good. */
  private static void repeat(Directory stored, RawPath name, Directory view) {
    try (Fd inode = stored.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      Stat stat = inode.stat();
      if (!stat.isDirectory()) {
        inode.link(view, name);
        return;
      }
      view.makeDirectory(name, 0700);
      try (Fd copy = view.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
        ExtendedAttributes.copy(inode, copy);
      }
      view.setMetadata(name, stat);
    }
  }

  /** Removes the names of a view, if there are any, and folders that are there for nothing else. */
  void removeView(String viewId) {
    openParent()
        .ifPresent(
            opened -> {
              try (Directory parent = opened) {
                remove(parent, place.viewFolder(viewId).name());
              }
            });
    Sealing.removeMade(top, place.folder().parent());
  }

  /** Removes the stored names and those of all views, and the folders made for them. */
  void removeAll() {
    openParent()
        .ifPresent(
            opened -> {
              try (Directory parent = opened) {
                viewsIn(parent).forEach(view -> remove(parent, view));
                removeStored(parent);
              }
            });
    Sealing.removeMade(top, place.folder().parent());
  }

  private Optional<Directory> openParent() {
    try {
      return Optional.of(top.openDirectory(place.folder().parent()));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.EACCES)) {
        return Optional.empty(); // where the caller may not go, a checkpoint has made nothing
      }
      throw e;
    }
  }

  private List<RawPath> viewsIn(Directory parent) {
    return parent.list().stream()
        .filter(name -> name.text().startsWith(place.viewPrefix()))
        .toList();
  }

  private void removeStored(Directory parent) {
    RawPath name = place.folder().name();
    if (parent.find(name).isPresent()) {
      try (Directory stored = parent.openDirectory(name)) {
        requirePrivate(stored);
      }
      remove(parent, name);
    }
  }

  /**
   * Removes a folder. On NFS, names of unlinked files that were just closed go a moment later, and
   * those of open ones are refused with EBUSY.
   */
  private static void remove(Directory parent, RawPath name) {
    for (int attempt = 1; ; attempt++) {
      try {
        parent.removeTree(name);
        return;
      } catch (SystemCallException e) {
        if (!e.is(Errno.EBUSY, Errno.ENOTEMPTY, Errno.ENOENT)) {
          throw e;
        }
        if (attempt == ATTEMPTS) {
          throw new ConflictException(
              parent.subject().resolve(name) + ": a file in it is still open",
              "end the program that was restarted with it, and try again",
              e);
        }
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConflictException("interrupted while removing names", "try again", e);
    }
  }
}
