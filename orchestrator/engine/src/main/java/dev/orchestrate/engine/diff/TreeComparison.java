package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells what differs between two trees. */
final class TreeComparison implements PairWalk.Visitor {
  private static final RawPath TOP = RawPath.of(".");

  private final Side before;
  private final Side after;
  private final InodeComparison inodes;
  private final Consumer<Change> changes;
  private final Consumer<RawPath> hidden;

  /**
   * @param changes told of each
   * @param hidden told where something is mounted, which is not looked at, nor what is below it
   */
  TreeComparison(
      Side before,
      Side after,
      InodeComparison inodes,
      Consumer<Change> changes,
      Consumer<RawPath> hidden) {
    this.before = before;
    this.after = after;
    this.inodes = inodes;
    this.changes = changes;
    this.hidden = hidden;
  }

  /** The walk does not come by the tops themselves. */
  void compareTops(Directory one, Directory other) {
    tell(TOP, new Inode(one, TOP, one.stat()), new Inode(other, TOP, other.stat()));
  }

  @Override
  public PairWalk.Descent visit(PairWalk.Pair pair) {
    Optional<Inode> one = pair.before();
    Optional<Inode> other = pair.after();
    if (pair.beforeStat().filter(before::isMountPoint).isPresent()
        || pair.afterStat().filter(after::isMountPoint).isPresent()) {
      hidden.accept(pair.path());
      return PairWalk.Descent.NONE;
    }
    if (one.isPresent() && other.isPresent()) {
      tell(pair.path(), one.get(), other.get());
    } else if (one.isPresent()) {
      changes.accept(Change.removed(pair.path()));
    } else {
      changes.accept(Change.added(pair.path()));
    }
    return new PairWalk.Descent(pair.isFolderBefore(), pair.isFolderAfter());
  }

  private void tell(RawPath path, Inode one, Inode other) {
    List<String> what = inodes.differences(one, other);
    if (!what.isEmpty()) {
      changes.accept(Change.changed(path, what));
    }
  }
}
