package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import java.util.List;
import java.util.Optional;

/**
 * Removes trees with the subvolumes in them, and with what their user made hard to remove:
 * read-only subvolumes, immutable files, directories without permissions. Follows no symbolic link
 * and crosses into no other mount.
 */
final class Removal {
  private static final int OWNER_ALL = 0700;

  private Removal() {}

  /** Removes {@code name}, whatever it is; nothing if there is none. */
  static void remove(Directory parent, RawPath name) {
    try {
      Optional<Stat> found = find(parent, name);
      if (found.isPresent()) {
        remove(parent, name, found.get());
      }
    } catch (SystemCallException e) {
      throw e.is(Errno.EXDEV, Errno.EBUSY)
          ? new ConflictException(
              "something is mounted at " + e.subject(), "unmount it: umount " + e.subject(), e)
          : Failures.of(
              e, "removing " + parent.subject().resolve(name), "CAP_SYS_ADMIN or CAP_DAC_OVERRIDE");
    }
  }

  /** Unlike {@link Directory#find}, a mount on the name is a failure, not an absence. */
  private static Optional<Stat> find(Directory parent, RawPath name) {
    try (Fd found = parent.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      return Optional.of(found.stat());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void remove(Directory parent, RawPath name, Stat found) {
    if (found.isDirectory()) {
      makeAccessible(parent, name, found);
      try (Directory directory = parent.openDirectory(name)) {
        if (BtrfsIoctl.isSubvolumeRoot(found.inode())) {
          removeSubvolume(parent, name, directory);
        } else {
          makeMutable(directory.fd(), found);
          empty(directory);
          parent.removeDirectory(name);
        }
      }
    } else {
      if (found.isProtected()) {
        try (Fd file = parent.openBeneath(name, Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK)) {
          makeMutable(file, found);
        }
      }
      parent.unlink(name);
    }
  }

  private static void removeSubvolume(Directory parent, RawPath name, Directory subvolume) {
    for (RawPath nested : subvolumesIn(subvolume)) {
      try (Directory holder = subvolume.openDirectory(nested.parent())) {
        remove(holder, nested.name());
      }
    }
    if (!destroyed(parent, name)) {
      // with user_subvol_rm_allowed an ordinary user may destroy what is writable
      BtrfsIoctl.setReadOnly(subvolume.fd(), false);
      makeMutable(subvolume.fd(), subvolume.stat());
      if (!destroyed(parent, name)) {
        empty(subvolume);
        // allowed since Linux 4.18
        parent.removeDirectory(name);
      }
    }
  }

  /** Where a user may not search for them, emptying the subvolume will come across them. */
  private static List<RawPath> subvolumesIn(Directory subvolume) {
    try {
      return NestedSubvolumes.directlyBelow(subvolume);
    } catch (SystemCallException e) {
      if (e.is(Errno.EACCES)) {
        return List.of();
      }
      throw e;
    }
  }

  private static boolean destroyed(Directory parent, RawPath name) {
    try {
      BtrfsIoctl.destroy(parent, name);
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.EPERM, Errno.EACCES, Errno.EROFS, Errno.ENOTEMPTY)) {
        return false;
      }
      throw e;
    }
  }

  private static void empty(Directory directory) {
    for (RawPath name : directory.list()) {
      Optional<Stat> found = find(directory, name);
      if (found.isPresent()) {
        remove(directory, name, found.get());
      }
    }
  }

  /** A user's own directory may be one that the user can't list or change, mode 0555 say. */
  private static void makeAccessible(Directory parent, RawPath name, Stat found) {
    if (Rights.toDestroySubvolumes() || (found.permissions() & OWNER_ALL) == OWNER_ALL) {
      return;
    }
    try (Fd directory = parent.openBeneath(name, Fd.O_PATH | Fd.O_DIRECTORY)) {
      directory.setPermissions(OWNER_ALL);
    } catch (SystemCallException e) {
      // a read-only subvolume becomes writable, and its top accessible, in removeSubvolume
      if (!e.is(Errno.EROFS)) {
        throw e;
      }
    }
  }

  private static void makeMutable(Fd file, Stat found) {
    if (found.isProtected()) {
      Protection.lift(file);
    }
  }
}
