package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.engine.live.PrivateFolder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.util.Optional;

/**
 * Makes a folder with all that is below it, in a private folder, to be put into place whole. Files
 * that a live folder in the same place has the same already get a second name here, whatever their
 * size; the first goes with that folder.
 */
final class NewTree implements PairWalk.Visitor {
  private static final int ONLY_OWNER = 0700;

  private final Trees trees;
  private final SharedInodes shared;
  private final PrivateFolder place;
  private final RawPath path;
  private final RawPath made;

  /**
   * @param path of the folder, relative to the tops of both trees
   */
  NewTree(Trees trees, SharedInodes shared, PrivateFolder place, RawPath path) {
    this.trees = trees;
    this.shared = shared;
    this.place = place;
    this.path = path;
    this.made = place.newName();
  }

  /**
   * Makes it.
   *
   * @param now the live folder in the same place, if there is one
   * @param goOn fails if it is not to go on
   * @return its name in the private folder
   */
  RawPath make(Optional<Stat> now, Runnable goOn) {
    place.directory().makeDirectory(made, ONLY_OWNER);
    PairWalk.Descent descent = new PairWalk.Descent(true, now.isPresent());
    new PairWalk(trees.before(), trees.live(), this, goOn).run(path, descent, now);
    return made;
  }

  @Override
  public PairWalk.Descent visit(PairWalk.Pair pair) {
    if (pair.before().isEmpty()) {
      return PairWalk.Descent.NONE;
    }
    requirePlain(pair);
    try (Directory folder = open(pair.path().parent())) {
      if (pair.isFolderBefore()) {
        folder.makeDirectory(pair.name(), ONLY_OWNER);
        return new PairWalk.Descent(true, pair.isFolderAfter());
      }
      Inode stored = pair.before().get();
      if (!isAdopted(stored, pair.after(), folder)) {
        shared.make(stored, place, folder, pair.name());
      }
      return PairWalk.Descent.NONE;
    }
  }

  private static void requirePlain(PairWalk.Pair pair) {
    if (Trees.isVolume(pair.beforeStat(), pair.beforeFolder())) {
      throw new ConflictException(
          pair.path() + ": was a subvolume, which can't be made", "make it yourself");
    }
  }

  private boolean isAdopted(Inode stored, Optional<Inode> now, Directory folder) {
    return now.filter(one -> !one.stat().isDirectory())
        .filter(one -> shared.fit(stored.stat(), one.stat()))
        .filter(one -> !trees.differ(stored, one))
        .filter(one -> shared.adopt(stored, one, place, folder, stored.name()))
        .isPresent();
  }

  private Directory open(RawPath inTree) {
    return place.directory().openDirectory(made.resolve(inTree.relativeTo(path)));
  }

  @Override
  public void leave(RawPath inTree, Optional<Directory> before, Optional<Directory> after) {
    try (Directory folder = open(inTree)) {
      NewInode.giveMetadata(Trees.self(before.orElseThrow()), folder.fd());
    }
  }
}
