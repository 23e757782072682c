package dev.orchestrate.engine.live;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.PermissionException;

/**
 * The folders on the way to the top of a live tree. Whoever can rename in one of them chooses what
 * the path leads to.
 */
final class FoldersAbove {
  private static final int WRITABLE_BY_ALL = 02;
  private static final int STICKY = 01000;

  private FoldersAbove() {}

  /**
   * Looks at each, up to the root.
   *
   * @param top may belong to anybody
   * @throws PermissionException if one belongs to somebody who is neither root nor the caller, or
   *     if everybody can rename in it
   */
  static void requireTrusted(Directory top) {
    RawPath path = top.fd().kernelPath();
    Stat below = top.stat();
    Directory here = top.parent();
    while (true) {
      try (Directory above = here) {
        Stat stat = above.stat();
        if (stat.isSamePlace(below)) {
          return; // only the root of all is above itself
        }
        path = path.parent();
        requireTrusted(path, stat);
        below = stat;
        here = above.parent();
      }
    }
  }

  private static void requireTrusted(RawPath path, Stat stat) {
    boolean isForEverybody = (stat.permissions() & (WRITABLE_BY_ALL | STICKY)) == WRITABLE_BY_ALL;
    if (!stat.belongsToUsOrRoot() || isForEverybody) {
      throw new PermissionException(
          path + ": others than root could put another folder in the place of one in it",
          "nothing was changed; make it belong to root, and chmod o-w, until this is done");
    }
  }
}
