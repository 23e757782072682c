package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import java.util.Optional;

/**
 * The folder with one folder for each checkpoint. Nobody else may be able to put something into it:
 * what is found there gets restarted and deleted, by root if root runs this.
 */
final class DestinationFolder {
  private DestinationFolder() {}

  /** Opens the folder, making it with mode 0700 if it is missing. */
  static Directory openOrMake(RawPath path) {
    try (Directory parent = Directory.openFollowing(path.parent())) {
      parent.makeDirectory(path.name(), 0700);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EEXIST)) {
        throw Failures.of(e, "making the folder of the copies", "");
      }
    }
    return openIfThere(path)
        .orElseThrow(
            () ->
                new ConflictException(
                    path + ": somebody removed this folder just now", "run it again"));
  }

  static Optional<Directory> openIfThere(RawPath path) {
    try {
      Directory folder = Directory.open(path);
      try {
        requireTrustworthy(folder);
        return Optional.of(folder);
      } catch (RuntimeException e) {
        folder.close();
        throw e;
      }
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw unusable(path, e);
    }
  }

  /** Removes the folder if nothing is left in it. */
  static void removeIfEmpty(RawPath path) {
    try (Directory parent = Directory.openFollowing(path.parent())) {
      parent.removeDirectory(path.name());
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOTEMPTY, Errno.ENOENT)) {
        throw Failures.of(e, "removing the folder of the copies", "");
      }
    }
  }

  private static OrchestrateException unusable(RawPath path, SystemCallException e) {
    if (e.is(Errno.ELOOP, Errno.ENOTDIR)) {
      return new ConflictException(
          path + " can't hold the copies: it is a symbolic link, or not a directory",
          "remove it, or choose another folder: --snapshot-dir",
          e);
    }
    return Failures.of(e, "opening the folder of the copies", "");
  }

  /**
   * @throws PermissionException if somebody other than the caller or root could change its contents
   */
  static void requireTrustworthy(Directory folder) {
    Stat stat = folder.stat();
    if (!stat.belongsToUsOrRoot()) {
      throw new PermissionException(
          "the folder of the copies, " + folder.subject() + ", belongs to user " + stat.user(),
          "choose another with --snapshot-dir, or run as its owner");
    }
    if (stat.isWritableByOthers()) {
      throw new PermissionException(
          "others than the owner can write to the folder of the copies, " + folder.subject(),
          "forbid it: chmod go-w " + folder.subject());
    }
  }
}
