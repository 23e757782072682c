package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.diff.InodeComparison;
import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.engine.increment.NamedInode.EarlierInode;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a walk over two trees finds that may have to be sent: whatever differs, and each inode of
 * several names, as only the end of the walk shows whether those are the same.
 */
final class ChangedNames implements PairWalk.Visitor {
  private final InodeComparison comparison;
  private final RawPath manifest;
  private final List<RawPath> removed = new ArrayList<>();
  private final List<RawPath> newFolders = new ArrayList<>();
  private final SortedSet<RawPath> changedFolders = new TreeSet<>();
  private final List<RawPath> sockets = new ArrayList<>();
  private final Map<InodeKey, NamedInode> inodes = new LinkedHashMap<>();
  private final Map<InodeKey, EarlierInode> earlier = new LinkedHashMap<>();
  private long sameNumbers;
  private long otherNumbers;

  /**
   * @param manifest of the later tree, which is not sent: a receiver writes its own
   */
  ChangedNames(InodeComparison comparison, RawPath manifest) {
    this.comparison = comparison;
    this.manifest = manifest;
    changedFolders.add(RawPath.EMPTY);
  }

  /** Names that stand for nothing any more, or for something of another kind. */
  List<RawPath> removed() {
    return removed;
  }

  /** Each before what is in it. */
  List<RawPath> newFolders() {
    return newFolders;
  }

  /** Those whose looks differ, or will when all else is done. */
  SortedSet<RawPath> changedFolders() {
    return changedFolders;
  }

  /** Which nothing can be made of elsewhere. */
  List<RawPath> sockets() {
    return sockets;
  }

  Map<InodeKey, NamedInode> inodes() {
    return inodes;
  }

  Map<InodeKey, EarlierInode> earlier() {
    return earlier;
  }

  /**
   * Whether a file that is renamed keeps its number, as in snapshots: so it seems if most of those
   * that keep their names do. In copies they have other numbers.
   */
  boolean numbersTell() {
    return sameNumbers > otherNumbers;
  }

  @Override
  public PairWalk.Descent visit(PairWalk.Pair pair) {
    RawPath path = pair.path();
    if (path.equals(manifest)) {
      return PairWalk.Descent.NONE;
    }
    Optional<Inode> before = pair.before();
    Optional<Inode> ofSameKind = before.filter(inode -> isOfSameKind(inode, pair.afterStat()));
    if (before.isPresent() && ofSameKind.isEmpty()) {
      remove(path);
    }
    boolean same =
        ofSameKind.isPresent()
            && comparison.differences(ofSameKind.get(), pair.after().orElseThrow()).isEmpty();
    if (ofSameKind.isPresent() && !pair.isFolderAfter()) {
      count(ofSameKind.get().stat(), pair.afterStat().orElseThrow());
    }
    if (pair.isFolderAfter()) {
      addFolder(path, ofSameKind, pair.afterStat().orElseThrow(), same);
    } else if (!same || hasOtherNames(pair.beforeStat()) || hasOtherNames(pair.afterStat())) {
      pair.afterStat().ifPresent(after -> add(path, ofSameKind.map(Inode::stat), after, same));
    }
    if (!pair.isFolderBefore() && (!same || hasOtherNames(pair.beforeStat()))) {
      pair.beforeStat().ifPresent(stat -> addEarlier(path, stat));
    }
    return new PairWalk.Descent(pair.isFolderBefore(), pair.isFolderAfter());
  }

  private static boolean isOfSameKind(Inode before, Optional<Stat> after) {
    return after.filter(stat -> stat.kind() == before.stat().kind()).isPresent();
  }

  private static boolean hasOtherNames(Optional<Stat> stat) {
    return stat.filter(inode -> inode.links() > 1).isPresent();
  }

  private void count(Stat before, Stat after) {
    if (before.inode() == after.inode()) {
      sameNumbers++;
    } else {
      otherNumbers++;
    }
  }

  private void remove(RawPath path) {
    boolean goesWithItsFolder = !removed.isEmpty() && path.isBelow(removed.get(removed.size() - 1));
    if (!goesWithItsFolder) {
      removed.add(path);
      changedFolders.add(path.parent());
    }
  }

  private void addFolder(RawPath path, Optional<Inode> before, Stat after, boolean same) {
    if (before.isEmpty()) {
      newFolders.add(path);
      changedFolders.add(path.parent());
    }
    if (!same || !before.orElseThrow().stat().isModifiedWith(after)) {
      changedFolders.add(path);
    }
  }

  private void add(RawPath path, Optional<Stat> before, Stat after, boolean same) {
    if (after.kind() == Stat.Kind.SOCKET) {
      sockets.add(path);
      return;
    }
    inodes
        .computeIfAbsent(after.key(), key -> NamedInode.of(after))
        .names()
        .add(new NamedInode.Name(path, before, same));
  }

  private void addEarlier(RawPath path, Stat stat) {
    earlier.computeIfAbsent(stat.key(), key -> EarlierInode.of(stat)).names().add(path);
  }
}
