package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.FileHandle;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Sealing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private folder, mode 0700, that one checkpoint has in one volume of the live tree. Removing
 * it removes all that is in it, and the folders above it that were made for it.
 */
public final class RelinkFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RelinkFolder.class);
  private static final int ATTEMPTS = 100;

  private final Directory volume;
  private final RawPath path;
  private final Directory folder;
  private final long mountId;
  private final Map<Long, Directory> onOtherMounts = new HashMap<>();

  private RelinkFolder(Directory volume, RawPath path, Directory folder) {
    this.volume = volume;
    this.path = path;
    this.folder = folder;
    this.mountId = folder.stat().mountId();
  }

  /**
   * Makes the folder.
   *
   * @param volume its top; closed with this object
   * @throws ConflictException if something is there already
   */
  static RelinkFolder make(Directory volume, RawPath path) {
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          return tryMake(volume, path);
        } catch (SystemCallException e) {
          // another checkpoint removed the folder above, empty as it was, under our feet
          if (!e.is(Errno.ENOENT) || attempt == ATTEMPTS) {
            throw e;
          }
        }
      }
    } catch (SystemCallException e) {
      Sealing.removeMade(volume, path.parent());
      volume.close();
      if (e.is(Errno.EEXIST, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)) {
        throw somethingElse(e);
      }
      if (e.is(Errno.EACCES)) {
        throw new PermissionException(
            e.subject() + ": you may not make names there",
            "choose another --relink-template, such as .held/{id}/{inode}",
            e);
      }
      throw e;
    } catch (PermissionException e) {
      volume.close(); // nothing was made: what is not to be trusted was there before
      throw e;
    }
  }

  private static ConflictException somethingElse(SystemCallException e) {
    return new ConflictException(
        e.subject() + ": there is something else already",
        "remove it, or choose another --relink-template",
        e);
  }

  /**
   * For a checkpoint that makes the folder in the snapshot only, where what is in its way would be
   * met when the processes have been frozen already.
   *
   * @throws ConflictException if a file or a symbolic link has one of its names
   */
  public static void requirePlace(Directory volume, RawPath path) {
    RawPath above = RawPath.EMPTY;
    for (RawPath name : path.components()) {
      above = above.resolve(name);
      try {
        volume.openDirectory(above).close();
      } catch (SystemCallException e) {
        if (e.is(Errno.ENOTDIR, Errno.ELOOP)) {
          throw somethingElse(e);
        }
        return; // it is not there yet, or whoever makes it will tell
      }
    }
  }

  private static RelinkFolder tryMake(Directory volume, RawPath path) {
    Directory folder = volume.openDirectory(RawPath.EMPTY);
    for (RawPath name : path.parent().components()) {
      try (Directory parent = folder) {
        if (parent.find(name).isEmpty()) {
          makeMarked(parent, name, unfinished(path));
        }
        folder = openTrusted(parent, name);
      }
    }
    try (Directory parent = folder) {
      parent.makeDirectory(path.name(), 0700);
      return new RelinkFolder(volume, path, parent.openDirectory(path.name()));
    }
  }

  /** A folder gets its name with its mark, or it could not be told from the user's own. */
  private static void makeMarked(Directory parent, RawPath name, RawPath unfinished) {
    parent.makeDirectory(unfinished, 0700);
    try {
      try (Directory folder = parent.openDirectory(unfinished)) {
        ExtendedAttributes.mark(folder.fd(), Sealing.MADE_FOR_CHECKPOINTS);
      }
      parent.rename(unfinished, parent, name);
    } catch (SystemCallException e) {
      parent.removeDirectory(unfinished);
      if (!e.is(Errno.EEXIST)) { // another checkpoint was faster
        throw e;
      }
    }
  }

  /** The name of a folder that is being made for the private folder with this path. */
  private static RawPath unfinished(RawPath path) {
    return RawPath.of("." + path.name().text() + ".new");
  }

  /** In a folder that others can write to, they could exchange ours for one of theirs. */
  private static Directory openTrusted(Directory parent, RawPath name) {
    Directory folder = parent.openDirectory(name);
    Stat stat = folder.stat();
    if (!stat.belongsToUsOrRoot() || stat.isWritableByOthers()) {
      folder.close();
      throw new PermissionException(
          folder.subject() + ": others can write to this folder",
          "chown it to yourself and chmod go-w, or choose another --relink-template");
    }
    return folder;
  }

  /** The folder, on the mount that the target was opened on. */
  Directory directory() {
    return folder;
  }

  /** The folder, on the mount that {@code inode} was opened on: linkat(2) compares mounts. */
  Directory onMountOf(Fd inode) {
    long mount = inode.stat().mountId();
    return mount == mountId
        ? folder
        : onOtherMounts.computeIfAbsent(mount, id -> openOnMountOf(inode));
  }

  private Directory openOnMountOf(Fd inode) {
    try (Fd opened = inode.reopen(Fd.O_RDONLY | Fd.O_NONBLOCK)) {
      return FileHandle.of(folder.fd()).openDirectoryOnMountOf(opened);
    }
  }

  void sync() {
    volume.fd().syncFilesystem();
  }

  /**
   * Closes it, and removes it from the live tree. The names in it go through its own descriptor:
   * the owner of the volume's top may have moved it, or a folder above it, meanwhile.
   */
  void remove() {
    try (this) {
      removeNames();
      removeLeft(volume, path);
    }
  }

  /** The same after a failure, as far as it goes: what remains is for the journal to undo. */
  void discard() {
    try (this) {
      removeNames();
    } catch (SystemCallException e) {
      LOG.debug("names are left in {}: {}", path, e.getMessage());
    }
  }

  private void removeNames() {
    folder.list().forEach(folder::removeTree);
  }

  @Override
  public void close() {
    onOtherMounts.values().forEach(Directory::close);
    folder.close();
    volume.close();
  }

  /**
   * Removes what may be left of such a folder, and what was made for it above it. Whoever owns the
   * volume's top can put something else in its place; what is below a folder that others can write
   * to is none of ours, and stays.
   *
   * <p>It is on the disk when this returns, as the journal that could undo it goes next: fsync(2).
   */
  public static void removeLeft(Directory volume, RawPath path) {
    removeLeft(volume, path.components(), unfinished(path));
    Sealing.removeMade(volume, path.parent());
    syncWhatRemains(volume, path.parent());
  }

  private static void removeLeft(Directory above, List<RawPath> way, RawPath unfinished) {
    removeEmpty(above, unfinished);
    if (way.size() == 1) {
      above.removeTree(way.get(0));
      return;
    }
    Optional<Directory> next = openIfOurs(above, way.get(0));
    if (next.isPresent()) {
      try (Directory folder = next.get()) {
        removeLeft(folder, way.subList(1, way.size()), unfinished);
      }
    }
  }

  /** Of the folders on the way, the last that is still there is the one that lost a name last. */
  private static void syncWhatRemains(Directory volume, RawPath path) {
    Optional<Directory> last =
        path.isEmpty() ? Optional.of(volume.openDirectory(path)) : openIfThere(volume, path);
    if (last.isEmpty()) {
      syncWhatRemains(volume, path.parent());
      return;
    }
    try (Directory folder = last.get()) {
      folder.fd().sync();
    }
  }

  private static Optional<Directory> openIfThere(Directory volume, RawPath path) {
    try {
      return Optional.of(volume.openDirectory(path));
    } catch (SystemCallException e) {
      return Optional.empty(); // gone, or none of ours
    }
  }

  private static Optional<Directory> openIfOurs(Directory parent, RawPath name) {
    try {
      return Optional.of(openTrusted(parent, name));
    } catch (PermissionException e) {
      return Optional.empty();
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.EACCES)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** A folder of this name that has something in it is somebody else's. */
  private static void removeEmpty(Directory parent, RawPath name) {
    try {
      parent.removeDirectory(name);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ENOTEMPTY)) {
        throw e;
      }
    }
  }
}
