package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/**
 * A complete copy that a new one can share files with.
 *
 * @param census of the time it was made, if it is still there
 */
record EarlierCopy(String id, Marker marker, Optional<Census> census) {
  static final Comparator<EarlierCopy> BY_AGE =
      Comparator.comparing(copy -> copy.marker().begun().nanos());

  /** For rsync(1): relative to where the tree is copied to. */
  String option() {
    return "--link-dest=../../" + id + "/" + Store.TREE;
  }

  /**
   * Copies what is at some paths of a tree that lives into the first folder, comparing contents:
   * what is as this copy has it becomes a link of it. Size and time, which a program can set, do
   * not tell.
   */
  void compareAside(Set<RawPath> paths, Tree tree, Directory folder, Store store) {
    tree.explained(Rsync.in(folder).keepingAll())
        .and("--dirs", "--checksum", "--ignore-missing-args", option())
        .names(Changes.write(paths, "", folder, "changed"))
        .runOnLiving(tree.words(), store.words(Store.FIRST));
  }

  boolean isOf(StoredCopy stored) {
    return !id.equals(stored.id()) && marker.target().equals(stored.target());
  }

  /**
   * Whether the tree's times tell what is different from this copy; if not, contents have to be
   * compared. They do not if the path is another filesystem now, or the clock was set.
   */
  boolean isComparableByTimes(StoredCopy now) {
    return now.dated()
        && census.isPresent()
        && marker.filesystem().equals(now.filesystem())
        && marker.begun().nanos() < now.begun().nanos();
  }
}
