package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.diff.InodeComparison;
import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.engine.diff.Side;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at all that a rollback would change, before anything is, and finds what it could not
 * change, or must not.
 */
final class Obstacles implements PairWalk.Visitor {
  private static final int MOST_NAMED = 5;

  private final Side live;
  private final InodeComparison inodes;
  private final List<String> found = new ArrayList<>();
  private long changes;
  private long obstacles;

  Obstacles(Side live, InodeComparison inodes) {
    this.live = live;
    this.inodes = inodes;
  }

  /** The walk does not come by the tops themselves. */
  void lookAtTops(Directory stored, Directory now) {
    RawPath self = RawPath.of(".");
    Inode before = new Inode(stored, self, stored.stat());
    Inode after = new Inode(now, self, now.stat());
    if (!inodes.differences(before, after).isEmpty()) {
      changes++;
    }
  }

  /** How many names there are to change. */
  long changes() {
    return changes;
  }

  /**
   * @throws ConflictException naming what is in the way
   */
  void requireNone(RawPath top) {
    if (obstacles > 0) {
      throw new ConflictException(
          top
              + ": can't be rolled back: "
              + String.join("; ", found)
              + (obstacles > found.size() ? "; and " + (obstacles - found.size()) + " more" : ""),
          "nothing was changed; take that out of the way and try again");
    }
  }

  @Override
  public PairWalk.Descent visit(PairWalk.Pair pair) {
    RawPath path = pair.path();
    Optional<Stat> now = pair.afterStat();
    if (now.filter(live::isMountPoint).isPresent()) {
      obstacle("something is mounted at " + path);
      return PairWalk.Descent.NONE;
    }
    if (changes(pair.before(), pair.after())) {
      changes++;
      now.filter(Stat::isProtected)
          .ifPresent(stat -> obstacle(path + " is immutable or append-only (chattr -ia)"));
      pair.afterFolder()
          .filter(folder -> !folder.isWritable())
          .ifPresent(folder -> obstacle("nothing can be changed in " + folder.subject()));
    }
    boolean wasVolume = isVolume(pair.beforeStat(), pair.beforeFolder());
    if (wasVolume != isVolume(now, pair.afterFolder())) {
      obstacle(
          path
              + (wasVolume
                  ? " was a subvolume, and is none now"
                  : " was no subvolume, and is one"));
      return PairWalk.Descent.NONE;
    }
    return new PairWalk.Descent(pair.isFolderBefore(), pair.isFolderAfter());
  }

  private boolean changes(Optional<Inode> before, Optional<Inode> after) {
    return before.isEmpty()
        || after.isEmpty()
        || !inodes.differences(before.get(), after.get()).isEmpty();
  }

  /** On the same mount, yet with a device number of its own: a subvolume of btrfs. */
  private static boolean isVolume(Optional<Stat> stat, Optional<Directory> folder) {
    return stat.filter(Stat::isDirectory).isPresent()
        && stat.get().device() != folder.orElseThrow().stat().device();
  }

  private void obstacle(String what) {
    if (!found.contains(what)) {
      obstacles++;
      if (found.size() < MOST_NAMED) {
        found.add(what);
      }
    }
  }
}
