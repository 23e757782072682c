package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Progress;
import java.util.Map;
import java.util.Optional;

/** Copies the tree while it lives, so that the second pass has little to do. */
final class FirstPass {
  private final StoredCopy stored;
  private final Tree tree;
  private final Directory folder;
  private final Store store;
  private final Progress progress;

  FirstPass(StoredCopy stored, Tree tree, Directory folder, Progress progress) {
    this.stored = stored;
    this.tree = tree;
    this.folder = folder;
    this.store = Store.of(stored, folder);
    this.progress = progress;
  }

  void run() {
    store.begin();
    // what is dirty in a mapping is dated when it is written to again: the kernel protects the
    // pages that it has written back, filemap_page_mkwrite
    tree.top().fd().syncFilesystem();
    Optional<EarlierCopy> earlier = store.newestEarlier();
    if (stored.dated()) {
      copyDated(earlier);
    } else {
      copyAll(earlier, store.words(Store.FIRST), "--checksum");
    }
  }

  private void copyDated(Optional<EarlierCopy> earlier) {
    Optional<EarlierCopy> comparable =
        earlier.or(store::abandoned).filter(copy -> copy.isComparableByTimes(stored));
    if (comparable.isPresent()) {
      copyChanged(comparable.get());
      return;
    }
    Census.take(new Walk(tree, folder), folder);
    if (earlier.isPresent()) {
      copyAll(earlier, store.words(Store.TREE), "--checksum");
    } else {
      store.cloneAll(tree);
      copyAll(earlier, store.words(Store.TREE));
    }
  }

  private void copyChanged(EarlierCopy earlier) {
    Optional<Directory> earlierTree = store.open(earlier);
    if (earlierTree.isEmpty()) {
      copyChangedFar(earlier);
      return;
    }
    try (Directory opened = earlierTree.get()) {
      new SharingPass(tree, folder, store, earlier, progress).run(opened);
    }
  }

  /** Where nothing can be linked by us: all that bears a newer date is compared. */
  private void copyChangedFar(EarlierCopy earlier) {
    Census.take(
        new Walk(tree, folder).noteChanges(Changes.FOUND, earlier.marker().begun()), folder);
    Changes changes = Changes.found(Map.of(), earlier.census().orElseThrow(), tree, folder);
    if (changes.changed().isEmpty()) {
      copyAll(Optional.of(earlier), store.words(Store.TREE));
      return;
    }
    earlier.compareAside(changes.changed(), tree, folder, store);
    copyAll(Optional.of(earlier), store.words(Store.TREE), "--link-dest=../" + Store.FIRST);
  }

  private void copyAll(Optional<EarlierCopy> earlier, String to, String... whereShared) {
    Rsync rsync = tree.explained(Rsync.in(folder).keepingAll()).and("-r", "--one-file-system");
    earlier.ifPresent(copy -> rsync.and(whereShared).and(copy.option()));
    rsync.reporting(progress).runOnLiving(tree.words(), to);
  }

  /**
   * The copy will get a relink folder even if the live tree needs none: nothing else may be there.
   */
  static void requireRoomForRelinks(Tree tree, RawPath relinkFolder) {
    RawPath path = RawPath.EMPTY;
    for (RawPath name : relinkFolder.parent().components()) {
      try (Directory above = tree.top().openDirectory(path)) {
        Optional<Stat> found = above.find(name);
        if (found.isPresent() && !found.get().isDirectory()) {
          throw new ConflictException(
              above.subject().resolve(name) + ": there is something else already",
              "remove it, or choose another --relink-template");
        }
        if (found.isEmpty()) {
          return;
        }
      }
      path = path.resolve(name);
    }
  }
}
