package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import java.util.Optional;

/**
 * Removes trees with what their user made hard to remove: immutable files, directories without
 * permissions. Follows no symbolic link and crosses into no other mount.
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
          : Failures.of(e, "removing " + parent.subject().resolve(name), "CAP_DAC_OVERRIDE");
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
        makeMutable(directory.fd(), found);
        for (RawPath child : directory.list()) {
          Optional<Stat> inner = find(directory, child);
          if (inner.isPresent()) {
            remove(directory, child, inner.get());
          }
        }
      }
      parent.removeDirectory(name);
    } else {
      if (found.isProtected()) {
        try (Fd file = parent.openBeneath(name, Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK)) {
          makeMutable(file, found);
        }
      }
      unlink(parent, name);
    }
  }

  /** rsync(1) that lost its parent may still be renaming its temporary files. */
  private static void unlink(Directory parent, RawPath name) {
    try {
      parent.unlink(name);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private static void makeAccessible(Directory parent, RawPath name, Stat found) {
    if (SystemCalls.userId() != 0 && (found.permissions() & OWNER_ALL) != OWNER_ALL) {
      try (Fd directory = parent.openBeneath(name, Fd.O_PATH | Fd.O_DIRECTORY)) {
        directory.setPermissions(OWNER_ALL);
      }
    }
  }

  private static void makeMutable(Fd file, Stat found) {
    if (found.isProtected()) {
      Protection.lift(file);
    }
  }
}
