package dev.orchestrate.engine.restart;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a relinked inode its original name for a moment, to be opened by it and unlinked from it.
 * What has that name now is put aside meanwhile and is back, untouched, at the end. After a failure
 * it may not be: the view is thrown away then.
 */
final class OriginalName {
  private static final String ASIDE = ".name";
  private static final RawPath BETWEEN = RawPath.of(".between");

  private OriginalName() {}

  /**
   * @param relinked stays, unless it is a directory: those can't have two names
   * @param original empty if it is not known: then {@code relinked} is opened as it is
   * @return an O_PATH descriptor of the inode, by its original name, now unlinked
   */
  static Fd restore(Directory top, RawPath relinked, RawPath original, Stat stat) {
    if (original.isEmpty()) {
      return top.openBeneath(relinked, Fd.O_PATH | Fd.O_NOFOLLOW);
    }
    List<RawPath> made = makeMissingFolders(top, original.parent());
    try (Directory folder = top.openDirectory(relinked.parent());
        Directory place = top.openDirectory(original.parent())) {
      RawPath name = relinked.name();
      if (!stat.isDirectory()) {
        name = name.length() > 200 ? RawPath.of(stat.inode() + ASIDE) : name.append(ASIDE);
        try (Fd inode = folder.openBeneath(relinked.name(), Fd.O_PATH | Fd.O_NOFOLLOW)) {
          inode.link(folder, name);
        }
      }
      return openAndUnlink(top, folder, name, place, original, stat)
          .prepared(opened -> removeMadeFolders(top, made));
    }
  }

  private static Fd openAndUnlink(
      Directory top, Directory folder, RawPath name, Directory place, RawPath original, Stat stat) {
    boolean taken = place.find(original.name()).isPresent();
    if (taken) {
      exchange(folder, name, place, original.name());
    } else {
      folder.rename(name, place, original.name());
    }
    return top.openBeneath(original, Fd.O_PATH | Fd.O_NOFOLLOW)
        .prepared(
            opened -> {
              unlink(place, original.name(), stat);
              if (taken) {
                folder.rename(name, place, original.name());
              }
            });
  }

  private static void unlink(Directory place, RawPath name, Stat stat) {
    if (stat.isDirectory()) {
      place.removeDirectory(name);
    } else {
      place.unlink(name);
    }
  }

  /** Three renames where the filesystem has no exchange (EINVAL): nobody else is in the view. */
  private static void exchange(Directory folder, RawPath name, Directory place, RawPath other) {
    try {
      folder.exchange(name, place, other);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EINVAL)) {
        throw e;
      }
      place.rename(other, folder, BETWEEN);
      folder.rename(name, place, other);
      folder.rename(BETWEEN, folder, name);
    }
  }

  /** The folder that the file was in may be unlinked as well. */
  private static List<RawPath> makeMissingFolders(Directory top, RawPath folder) {
    List<RawPath> made = new ArrayList<>();
    RawPath path = RawPath.EMPTY;
    for (RawPath name : folder.components()) {
      try (Directory parent = top.openDirectory(path)) {
        if (parent.find(name).isEmpty()) {
          parent.makeDirectory(name, 0700);
          made.add(path.resolve(name));
        }
      }
      path = path.resolve(name);
    }
    return made;
  }

  private static void removeMadeFolders(Directory top, List<RawPath> made) {
    for (int i = made.size() - 1; i >= 0; i--) {
      try (Directory parent = top.openDirectory(made.get(i).parent())) {
        parent.removeDirectory(made.get(i).name());
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
  }
}
