package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.NotFoundException;

/**
 * Finds the path of a directory by going up from it, as getcwd(3) does where the kernel won't tell:
 * it shows no path that takes more than a page.
 */
final class DeepDirectory {
  private DeepDirectory() {}

  /** The path relative to {@code top}. */
  static RawPath pathOf(Held held, Directory top) {
    RawPath path = RawPath.EMPTY;
    Directory here = Directory.openFollowing(held.link());
    try {
      while (!here.stat().isSameInode(top.stat())) {
        Directory parent = here.parent();
        if (parent.stat().isSameInode(here.stat())) {
          parent.close();
          throw new NotFoundException(
              held.link() + ": is a directory that is not below " + top.subject(),
              "close it, or checkpoint the tree that it is in");
        }
        path = nameIn(parent, here.stat()).resolve(path);
        here.close();
        here = parent;
      }
      return path;
    } finally {
      here.close();
    }
  }

  private static RawPath nameIn(Directory parent, Stat child) {
    for (RawPath name : parent.list()) {
      if (parent.find(name).map(found -> found.isSameInode(child)).orElse(false)) {
        return name;
      }
    }
    throw new NotFoundException(
        parent.subject() + ": the way from here to an open directory is not to be found",
        "it may have been moved meanwhile: try again");
  }
}
