package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.Progress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A first pass where an earlier copy is at hand: all that it has is linked, which is several times
 * faster than to let rsync(1) look for what can be, and then brought up to date as the second pass
 * does it. That the copy is what the tree was then is not taken for granted, as somebody may have
 * meddled with it: sizes, times, owners and modes of all files are compared.
 */
final class SharingPass {
  /** Lists of what there is in the tree, and in the new copy. */
  static final String HERE = "here";

  static final String COPIED = "copied";

  /** A list of all directories. */
  static final String DIRECTORIES = "directories";

  private final Tree tree;
  private final Directory folder;
  private final Store store;
  private final EarlierCopy earlier;
  private final Progress progress;

  SharingPass(Tree tree, Directory folder, Store store, EarlierCopy earlier, Progress progress) {
    this.tree = tree;
    this.folder = folder;
    this.store = store;
    this.earlier = earlier;
    this.progress = progress;
  }

  void run(Directory earlierTree) {
    Walk walk =
        new Walk(tree, folder)
            .noteChanges(Changes.FOUND, earlier.marker().begun())
            .noteDirectories(DIRECTORIES)
            .noteInventory(HERE);
    Census.take(walk, folder);
    linkAll(earlierTree);
    try (Tree copy = new Tree(folder.openDirectory(RawPath.of(Store.TREE)))) {
      new Walk(copy, folder).noteInventory(COPIED).run();
      Changes changes =
          Changes.found(
              Inventory.compare(HERE, COPIED, folder),
              earlier.census().orElseThrow(),
              tree,
              folder);
      changes.leaveOut(identical(changes.changed(), copy.top()));
      Update update =
          new Update(
              tree,
              folder,
              store,
              (rsync, from, to) -> rsync.reporting(progress).runOnLiving(from, to));
      update.apply(changes);
      update.copyNamed(Words.of(folder, DIRECTORIES));
    }
  }

  /** What can't be linked, as it has too many links already, is found missing afterwards. */
  private void linkAll(Directory earlierTree) {
    GnuTool.run(
        "cp",
        "--archive",
        "--link",
        "-T",
        "--",
        Words.of(earlierTree) + "/.",
        Words.of(folder, Store.TREE));
  }

  /**
   * Those of some changed paths at which nothing that is copied is different: a file that got and
   * lost another name has a new date only.
   */
  private Set<RawPath> identical(Set<RawPath> changed, Directory copy) {
    Set<RawPath> doubtful =
        changed.stream()
            .filter(path -> looksSame(tree.top().find(path), copy.find(path)))
            .collect(Collectors.toSet());
    if (doubtful.isEmpty()) {
      return doubtful;
    }
    earlier.compareAside(doubtful, tree, folder, store);
    try (Directory first = folder.openDirectory(RawPath.of(Store.FIRST))) {
      Set<RawPath> shared =
          doubtful.stream()
              .filter(path -> isSame(first.find(path), copy.find(path)))
              .collect(Collectors.toSet());
      shared.removeAll(ofInodesThatAreNotShared(changed, shared));
      return shared;
    }
  }

  /** Names of one inode are copied together, or they would be two inodes in the copy. */
  private Set<RawPath> ofInodesThatAreNotShared(Set<RawPath> changed, Set<RawPath> shared) {
    Map<Long, Set<RawPath>> names = new HashMap<>();
    for (RawPath path : changed) {
      tree.top()
          .find(path)
          .filter(stat -> stat.links() > 1 && !stat.isDirectory())
          .ifPresent(
              stat -> names.computeIfAbsent(stat.inode(), inode -> new HashSet<>()).add(path));
    }
    return names.values().stream()
        .filter(paths -> !shared.containsAll(paths))
        .flatMap(Set::stream)
        .collect(Collectors.toSet());
  }

  private static boolean looksSame(Optional<Stat> live, Optional<Stat> stored) {
    return live.isPresent()
        && stored.isPresent()
        && live.get().kind() == Stat.Kind.FILE
        && stored.get().kind() == Stat.Kind.FILE
        && live.get().size() == stored.get().size()
        && live.get().modifySeconds() == stored.get().modifySeconds()
        && live.get().modifyNanos() == stored.get().modifyNanos();
  }

  private static boolean isSame(Optional<Stat> one, Optional<Stat> other) {
    return one.isPresent() && other.isPresent() && one.get().isSameInode(other.get());
  }
}
