package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.engine.live.PrivateFolder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Metadata;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.util.Optional;

/**
 * Makes the live tree as the stored one is, name by name. What is the same stays, inode and all;
 * all else comes as a new inode, made complete in a {@link PrivateFolder}, that takes the name in
 * one step. Others may be at work in the tree, on folders of their own: no inode of the live tree
 * is changed but tops of volumes, and what is in a folder goes by a descriptor of it.
 */
final class Restoration implements PairWalk.Visitor {
  private final Trees trees;
  private final PrivateFolders places;
  private final SharedInodes shared;
  private final LateWrites late;
  private final Runnable goOn;

  /**
   * @param goOn fails if it is not to go on
   */
  Restoration(Trees trees, PrivateFolders places, LateWrites late, Runnable goOn) {
    this.trees = trees;
    this.places = places;
    this.late = late;
    this.goOn = goOn;
    this.shared = new SharedInodes(trees.top(), goOn);
  }

  @Override
  public PairWalk.Descent visit(PairWalk.Pair pair) {
    pair.afterStat().filter(this::mustStay).ifPresent(stat -> refuse(pair.path()));
    Directory folder = pair.afterFolder().orElseThrow(() -> vanished(pair.path()));
    if (pair.before().isEmpty()) {
      late.requireNone(pair);
      places.of(folder).remove(folder, pair.name(), pair.afterStat().orElseThrow());
      return PairWalk.Descent.NONE;
    }
    Inode stored = pair.before().get();
    if (Trees.isVolume(pair.afterStat(), pair.afterFolder()) && pair.isFolderBefore()) {
      places.addVolume(pair.path(), pair.afterStat().get());
      return PairWalk.Descent.BOTH;
    }
    if (pair.isFolderBefore()) {
      return restoreFolder(pair, stored, folder);
    }
    restore(pair, stored, folder);
    return PairWalk.Descent.NONE;
  }

  private boolean mustStay(Stat now) {
    return trees.live().isMountPoint(now) || trees.own().contain(now);
  }

  private static void refuse(RawPath path) {
    throw new ConflictException(
        path + ": something is mounted there now, or stored checkpoints were moved there",
        "take it away from there");
  }

  private static ConflictException vanished(RawPath path) {
    return new ConflictException(
        path + ": somebody else moves or removes folders above it", "end who does that");
  }

  private PairWalk.Descent restoreFolder(PairWalk.Pair pair, Inode stored, Directory folder) {
    Optional<Inode> now = pair.after().filter(one -> pair.isFolderAfter());
    if (now.isPresent() && !trees.differ(stored, now.get())) {
      return PairWalk.Descent.BOTH;
    }
    late.requireNone(pair);
    PrivateFolder place = places.of(folder);
    NewTree tree = new NewTree(trees, shared, place, pair.path());
    RawPath made = tree.make(now.map(Inode::stat), goOn);
    place.place(made, folder, pair.name(), pair.afterStat());
    return PairWalk.Descent.NONE;
  }

  private void restore(PairWalk.Pair pair, Inode stored, Directory folder) {
    Optional<Inode> same =
        pair.after()
            .filter(now -> shared.fit(stored.stat(), now.stat()))
            .filter(now -> !trees.differ(stored, now));
    if (same.isPresent()) {
      shared.keep(stored.stat(), pair.path(), same.get().stat());
      return;
    }
    late.requireNone(pair);
    PrivateFolder place = places.of(folder);
    RawPath made = place.newName();
    shared.make(stored, place, place.directory(), made);
    place.place(made, folder, pair.name(), pair.afterStat());
  }

  /** Only now, as what was restored in it has changed its date. */
  @Override
  public void leave(RawPath path, Optional<Directory> before, Optional<Directory> after) {
    Directory folder = after.orElseThrow(() -> vanished(path));
    Inode stored = Trees.self(before.orElseThrow());
    Inode now = Trees.self(folder);
    if (trees.differ(stored, now)) {
      requireTopOfVolume(path, stored, now);
      NewInode.giveMetadata(stored, folder.fd());
    } else if (!stored.stat().isModifiedWith(now.stat())) {
      Metadata.giveTimes(folder.fd(), stored.stat());
    }
  }

  /** No new one can take its place; see {@link Obstacles}. */
  private void requireTopOfVolume(RawPath path, Inode stored, Inode now) {
    boolean isTop = path.isEmpty();
    if (!isTop && !(places.isVolume(path) && stored.stat().isOwnedAs(now.stat()))) {
      throw new ConflictException(
          path + ": somebody else changes it meanwhile", "end who does that");
    }
  }
}
