package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.diff.PairWalk;
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
  private static final int BLOCK = 512;

  private final Trees trees;
  private final LinkGroups groups = new LinkGroups();
  private final List<String> found = new ArrayList<>();
  private Optional<RawPath> replaced = Optional.empty();
  private long changes;
  private long arrivals;
  private long obstacles;
  private long bytes;

  Obstacles(Trees trees) {
    this.trees = trees;
  }

  /** The walk does not come by the tops themselves. */
  void lookAtTops() {
    if (trees.differ(Trees.self(trees.stored().top()), Trees.self(trees.top()))) {
      changes++;
    }
  }

  /** How many names there are to change. */
  long changes() {
    return changes;
  }

  /** How many to write, at most: none where blocks are shared. */
  long bytes() {
    return trees.shareBlocks() ? 0 : bytes;
  }

  /** How many names get an inode that is not there now, at most. */
  long arrivals() {
    return arrivals;
  }

  /**
   * @throws ConflictException naming what is in the way
   * @throws dev.orchestrate.spi.NoSpaceException if there is no room for the files to be copied
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
    RoomToChange.requireFree(trees.top(), top, bytes());
  }

  @Override
  public PairWalk.Descent visit(PairWalk.Pair pair) {
    if (isOfOthers(pair)) {
      return PairWalk.Descent.NONE;
    }
    boolean inReplaced = replaced.filter(pair.path()::isBelow).isPresent();
    boolean changed = isChanged(pair);
    if (changed) {
      changes++;
      count(pair);
      pair.afterFolder()
          .filter(folder -> !folder.isWritable())
          .ifPresent(folder -> obstacle("nothing can be changed in " + folder.subject()));
    }
    if (changed || inReplaced) {
      pair.afterStat()
          .filter(Stat::isProtected)
          .ifPresent(stat -> obstacle(pair.path() + " is immutable or append-only (chattr -ia)"));
    }
    if (Trees.isVolume(pair.afterStat(), pair.afterFolder())) {
      lookAtVolume(pair, inReplaced);
    } else if (changed && pair.isFolderAfter() && !inReplaced) {
      lookAtReplaced(pair);
    }
    return new PairWalk.Descent(pair.isFolderBefore(), pair.isFolderAfter());
  }

  /** What is mounted in the tree, what is stored in it, and subvolumes, which can't be made. */
  private boolean isOfOthers(PairWalk.Pair pair) {
    RawPath path = pair.path();
    boolean wasVolume = Trees.isVolume(pair.beforeStat(), pair.beforeFolder());
    if (pair.afterStat().filter(trees.live()::isMountPoint).isPresent()) {
      obstacle("something is mounted at " + path);
    } else if (pair.afterStat().filter(trees.own()::contain).isPresent()) {
      obstacle("checkpoints are stored at " + path + ", which has another name too");
    } else if (wasVolume != Trees.isVolume(pair.afterStat(), pair.afterFolder())) {
      obstacle(
          path
              + (wasVolume
                  ? " was a subvolume, and is none now"
                  : " was no subvolume, and is one"));
    } else {
      return false;
    }
    return true;
  }

  private boolean isChanged(PairWalk.Pair pair) {
    Optional<Inode> before = pair.before();
    Optional<Inode> after = pair.after();
    if (before.isEmpty() || after.isEmpty() || trees.differ(before.get(), after.get())) {
      return true;
    }
    if (!pair.isFolderAfter()) {
      if (!groups.fit(before.get().stat(), after.get().stat())) {
        return true;
      }
      groups.join(before.get().stat(), after.get().stat());
    }
    return false;
  }

  /** Where blocks can't be shared, the data of files that come anew are written. */
  private void count(PairWalk.Pair pair) {
    arrivals += pair.before().isPresent() ? 1 : 0;
    pair.beforeStat()
        .filter(stat -> stat.kind() == Stat.Kind.FILE)
        .ifPresent(stat -> bytes += stat.blocks() * BLOCK / stat.links());
  }

  /** It stays, and only it; so its owner can't change: it may be that of somebody else. */
  private void lookAtVolume(PairWalk.Pair pair, boolean inReplaced) {
    if (!pair.beforeStat().orElseThrow().isOwnedAs(pair.afterStat().orElseThrow())) {
      obstacle(pair.path() + " is a subvolume with another owner (chown)");
    }
    if (inReplaced) {
      obstacle(pair.path() + " is a subvolume in a folder with other metadata: " + replaced.get());
    }
  }

  /** A folder that goes, or is to be made anew. */
  private void lookAtReplaced(PairWalk.Pair pair) {
    replaced = Optional.of(pair.path());
    if (trees.own().areBelow(pair.path())) {
      obstacle("checkpoints are stored below " + pair.path() + ", which has changed");
    }
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
