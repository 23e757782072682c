package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Copies of files that share their blocks with the live ones, where both are on one filesystem that
 * can do that: contents are neither read nor written, whatever their size; ioctl_ficlone(2).
 * rsync(1), which does not know of it, then finds the contents there already.
 */
final class Clones {
  /** Less is copied as fast as it is cloned; in bytes. */
  private static final long WORTHWHILE = 16 << 10;

  private static final RawPath TRIAL = RawPath.of("trial");
  private static final RawPath CLONE = RawPath.of("clone");

  private Clones() {}

  /** Without this, no file can be cloned; with it, XFS may have been made without it. */
  static boolean areOnOneFilesystem(Tree tree, Directory folder) {
    return tree.top().stat().device() == folder.stat().device();
  }

  /** Whether files of the tree can be cloned into a folder: asked of the kernel, by a trial. */
  static boolean arePossible(Tree tree, Directory folder) {
    if (!areOnOneFilesystem(tree, folder)) {
      return false;
    }
    folder.removeTree(TRIAL);
    folder.removeTree(CLONE);
    try (Fd source = folder.create(TRIAL);
        Fd clone = folder.create(CLONE)) {
      source.writeAll(new byte[1]);
      clone.cloneFrom(source);
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.EOPNOTSUPP, Errno.ENOTTY, Errno.EINVAL, Errno.EXDEV)) {
        return false;
      }
      throw e;
    } finally {
      folder.removeTree(TRIAL);
      folder.removeTree(CLONE);
    }
  }

  /**
   * Clones all of the tree with cp(1), as far as that goes: rsync(1) is to complete it. A file that
   * changes meanwhile has another time than its clone, or a date that the second pass asks for.
   */
  static void makeAll(Tree tree, Directory folder, String part) {
    GnuTool.run(
        "cp",
        "--archive",
        "--reflink=always",
        "--one-file-system",
        "-T",
        "--",
        tree.words() + ".",
        Words.of(folder, part));
  }

  /**
   * Puts clones in the place of what a copy has at some paths: of files with one name and so much
   * in them that it is worthwhile. What else there is about a file is left to rsync(1), which takes
   * size and time for a sign that the contents are right.
   *
   * @param folder where there is room for a file, on the copy's filesystem
   * @return at which paths there are clones now
   */
  static Set<RawPath> replace(Set<RawPath> paths, Tree tree, Directory folder, Directory copy) {
    Set<RawPath> made = new LinkedHashSet<>();
    if (!areOnOneFilesystem(tree, folder)) {
      return made;
    }
    for (RawPath path : paths) {
      Optional<Stat> found = tree.top().find(path).filter(Clones::isWorthwhile);
      if (found.isEmpty()) {
        continue;
      }
      try {
        replace(path, found.get(), tree, folder, copy);
        made.add(path);
      } catch (SystemCallException e) {
        folder.removeTree(CLONE);
        if (e.is(Errno.EOPNOTSUPP, Errno.ENOTTY)) {
          return made; // no file can be cloned here
        }
        // rsync(1) copies it, or tells what is wrong
      }
    }
    return made;
  }

  private static boolean isWorthwhile(Stat stat) {
    return stat.kind() == Stat.Kind.FILE && stat.links() == 1 && stat.size() >= WORTHWHILE;
  }

  private static void replace(
      RawPath path, Stat stat, Tree tree, Directory folder, Directory copy) {
    folder.removeTree(CLONE);
    try (Fd live = tree.top().openBeneath(path, Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK);
        Directory parent = openOrMake(copy, path.parent());
        Fd clone = folder.create(CLONE)) {
      clone.cloneFrom(live);
      folder.setMetadata(CLONE, stat);
      folder.replace(CLONE, parent, path.name());
    }
  }

  /** rsync(1) gives them their attributes. */
  private static Directory openOrMake(Directory copy, RawPath path) {
    RawPath made = RawPath.EMPTY;
    for (RawPath name : path.components()) {
      made = made.resolve(name);
      if (copy.find(made).isEmpty()) {
        try (Directory above = copy.openDirectory(made.parent())) {
          above.makeDirectory(name, 0700);
        }
      }
    }
    return copy.openDirectory(path);
  }
}
