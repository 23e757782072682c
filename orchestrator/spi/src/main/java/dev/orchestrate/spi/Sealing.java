package dev.orchestrate.spi;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import java.util.List;

/**
 * What a stored snapshot gets before it is made unchangeable.
 *
 * @param manifest the bytes of the manifest
 * @param manifestPath where it goes, relative to the target
 * @param revivals inodes that get a name in the snapshot only
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Sealing(byte[] manifest, RawPath manifestPath, List<Revival> revivals) {
  /**
   * The extended attribute of folders that were made for checkpoints, and go when they are empty:
   * others, such as a filesystem's own lost+found, stay.
   */
  public static final String MADE_FOR_CHECKPOINTS = "user.orchestrate.made";

  /**
   * An inode that could not be linked in the live tree.
   *
   * @param volume whose inode it is, relative to the target
   * @param inode its number
   * @param relinked the name that it gets, relative to the target, in the same volume
   */
  public record Revival(RawPath volume, long inode, RawPath relinked) {}

  /** Writes the manifest into the snapshot's tree, making its folder (mode 0700) where missing. */
  public void writeManifest(Directory top) {
    Directory folder = makeFolder(top, manifestPath.parent());
    try {
      folder.removeTree(manifestPath.name());
      try (Fd file = folder.create(manifestPath.name())) {
        file.writeAll(manifest);
        file.sync();
      }
    } finally {
      folder.close();
    }
  }

  /** Opens a folder below {@code top}, making what is missing of it with mode 0700. */
  public static Directory makeFolder(Directory top, RawPath path) {
    Directory folder = top.openDirectory(RawPath.EMPTY);
    for (RawPath name : path.components()) {
      try (Directory parent = folder) {
        boolean made = makeIfMissing(parent, name);
        folder = parent.openDirectory(name);
        if (made) {
          ExtendedAttributes.mark(folder.fd(), MADE_FOR_CHECKPOINTS);
        }
      }
    }
    return folder;
  }

  /**
   * Removes a folder that {@link #MADE_FOR_CHECKPOINTS} marks, and marked ones above it, as far as
   * they are empty: no other checkpoint uses them. An empty lost+found may just as well be the
   * filesystem's own.
   */
  public static void removeMade(Directory top, RawPath path) {
    for (RawPath made = path; !made.isEmpty(); made = made.parent()) {
      try (Directory parent = top.openDirectory(made.parent())) {
        if (!isMarked(parent, made.name())) {
          return;
        }
        parent.removeDirectory(made.name());
      } catch (SystemCallException e) {
        if (e.is(Errno.ENOTEMPTY, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.EACCES)) {
          return; // in use, or never a folder that was made here, or by the caller
        }
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
  }

  private static boolean isMarked(Directory parent, RawPath name) {
    try (Directory folder = parent.openDirectory(name)) {
      return ExtendedAttributes.isMarked(folder.fd(), MADE_FOR_CHECKPOINTS);
    }
  }

  private static boolean makeIfMissing(Directory parent, RawPath name) {
    try {
      parent.makeDirectory(name, 0700);
      return true;
    } catch (SystemCallException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      return false;
    }
  }
}
