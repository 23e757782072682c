package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Target;
import java.util.Optional;

/**
 * What of a filesystem belongs to the target. Where that is a folder like any other, the rest of
 * the filesystem has the same device number, so that only names tell: the one by which something
 * was opened, as the kernel shows it even if it is unlinked. For any number of threads at once.
 */
public final class Subtree {
  /** BTRFS_FIRST_FREE_OBJECTID in linux/btrfs_tree.h. */
  private static final long TOP_OF_SUBVOLUME = 256;

  /** From the root of its filesystem; empty for all that has the device number. */
  private final Optional<RawPath> folder;

  private final PathsInFilesystem paths = new PathsInFilesystem();

  private Subtree(Optional<RawPath> folder) {
    this.folder = folder;
  }

  /** What belongs to a target. */
  public static Subtree of(Target target) {
    RawPath top = target.pathInFilesystem();
    return new Subtree(
        top.equals(RawPath.ROOT) || isSubvolume(target) ? Optional.empty() : Optional.of(top));
  }

  /** One has a device number of its own, wherever it is in its filesystem. */
  private static boolean isSubvolume(Target target) {
    return target.mount().type().equals("btrfs")
        && Fd.stat(target.path()).inode() == TOP_OF_SUBVOLUME;
  }

  /**
   * Whether it belongs to it. What has too long a name to be shown may, and what is held through a
   * mount that the process does not see any more; so it does.
   */
  boolean contains(Held held) {
    return folder.isEmpty()
        || held.shown()
            .flatMap(shown -> paths.of(held, shown))
            .map(path -> path.isBelow(folder.get()))
            .orElse(true);
  }
}
