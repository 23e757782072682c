package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.Target;
import java.util.Optional;

/**
 * The folder with one folder for each checkpoint: {@code .orchestrate} at the top of the subvolume
 * unless the user chose another. Nobody else may be able to put something into it: what is found
 * there gets deleted, by root if root runs this.
 */
final class SnapshotFolder {
  static final RawPath DEFAULT_NAME = RawPath.of(".orchestrate");

  private SnapshotFolder() {}

  static RawPath pathFor(Target target, Settings settings) {
    return settings.snapshotFolder().orElse(target.path().resolve(DEFAULT_NAME));
  }

  /** The folder's inode, if the folder exists. */
  static Optional<Stat> find(RawPath path) {
    try (Directory folder = Directory.open(path)) {
      return Optional.of(folder.stat());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw unusable(path, e);
    }
  }

  /** Opens the folder, making it with mode 0700 if it is missing. */
  static Directory openOrMake(RawPath path) {
    try (Directory parent = Directory.open(path.parent())) {
      parent.makeDirectory(path.name(), 0700);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EEXIST)) {
        throw Failures.of(e, "making the snapshot folder", "");
      }
    }
    return open(path);
  }

  /**
   * Opens the folder where a snapshot was stored earlier, or nothing if the folder is gone.
   *
   * @throws NotFoundException if it can't be told, because its filesystem is not there
   */
  static Optional<Directory> openIfThere(RawPath path, String filesystem) {
    RawPath existing = path;
    while (true) {
      try (Directory directory = Directory.open(existing)) {
        requireFilesystem(directory, filesystem, path);
        return existing.equals(path) ? Optional.of(open(path)) : Optional.empty();
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT)) {
          throw unusable(path, e);
        }
        existing = existing.parent();
      }
    }
  }

  /** Removes the folder if nothing is left in it. */
  static void removeIfEmpty(RawPath path) {
    try (Directory parent = Directory.open(path.parent())) {
      parent.removeDirectory(path.name());
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOTEMPTY, Errno.ENOENT)) {
        throw Failures.of(e, "removing the snapshot folder", "");
      }
    }
  }

  private static Directory open(RawPath path) {
    Directory folder = openAsIs(path);
    try {
      requireTrustworthy(folder);
      return folder;
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static Directory openAsIs(RawPath path) {
    try {
      return Directory.open(path);
    } catch (SystemCallException e) {
      throw unusable(path, e);
    }
  }

  private static OrchestrateException unusable(RawPath path, SystemCallException e) {
    if (e.is(Errno.ELOOP, Errno.ENOTDIR)) {
      return new ConflictException(
          path + " can't be the snapshot folder: it is a symbolic link, or not a directory",
          "remove it, or choose another folder for the snapshots",
          e);
    }
    return Failures.of(e, "opening the snapshot folder", "");
  }

  /**
   * @throws PermissionException if somebody other than the caller or root could change its contents
   */
  static void requireTrustworthy(Directory folder) {
    Stat stat = folder.stat();
    if (!stat.belongsToUsOrRoot()) {
      throw new PermissionException(
          "the snapshot folder " + folder.subject() + " belongs to user " + stat.user(),
          "remove it, choose another folder for the snapshots, or run as its owner");
    }
    if (stat.isWritableByOthers()) {
      throw new PermissionException(
          "others than the owner can write to the snapshot folder " + folder.subject(),
          "forbid it: chmod go-w " + folder.subject());
    }
  }

  private static void requireFilesystem(Directory directory, String uuid, RawPath path) {
    if (directory.fd().filesystemType() != BtrfsIoctl.FILESYSTEM_TYPE
        || !BtrfsIoctl.filesystemUuid(directory.fd()).equals(uuid)) {
      throw new NotFoundException(
          "the filesystem with uuid " + uuid + " is not mounted at " + path, "mount it there");
    }
  }
}
