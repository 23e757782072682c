package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.util.Optional;

/** Copies the tree while it lives, so that the second pass has little to do. */
final class FirstPass {
  private final StoredCopy stored;
  private final LiveTree tree;
  private final Directory folder;
  private final Store store;

  FirstPass(StoredCopy stored, LiveTree tree, Directory folder) {
    this.stored = stored;
    this.tree = tree;
    this.folder = folder;
    this.store = Store.of(stored, folder);
  }

  void run() {
    store.begin();
    // what is dirty in a mapping is dated when it is written to again: the kernel protects the
    // pages that it has written back, filemap_page_mkwrite
    tree.top().fd().syncFilesystem();
    Optional<EarlierCopy> earlier = store.newestEarlier();
    if (stored.dated()) {
      Census.take(tree, folder);
      copyDated(earlier);
    } else {
      copyAll(earlier, store.words(Store.FIRST), "--checksum");
    }
  }

  private void copyDated(Optional<EarlierCopy> earlier) {
    if (earlier.filter(copy -> copy.isComparableByTimes(stored)).isPresent()) {
      copyChangedSince(earlier.get());
      copyAll(earlier, store.words(Store.TREE), "--link-dest=../" + Store.FIRST);
    } else {
      copyAll(earlier, store.words(Store.TREE), "--checksum");
    }
  }

  /**
   * Times that a program can set do not tell that these files are as the earlier copy has them, so
   * contents are compared, in a folder aside. The rest is then told by size and time.
   */
  private void copyChangedSince(EarlierCopy earlier) {
    Changes changes =
        Changes.since(earlier.marker().begun(), earlier.census().orElseThrow(), tree, folder);
    if (!changes.changed().isEmpty()) {
      tree.explained(Rsync.keepingAll())
          .and("--dirs", "--checksum", "--ignore-missing-args", sharing(earlier))
          .names(Changes.write(changes.changed(), "", folder, "changed"))
          .runOnLiving(tree.words(), store.words(Store.FIRST));
    }
  }

  private void copyAll(Optional<EarlierCopy> earlier, String to, String whereShared) {
    Rsync rsync = tree.explained(Rsync.keepingAll()).and("-r", "--one-file-system");
    earlier.ifPresent(copy -> rsync.and(whereShared, sharing(copy)));
    rsync.runOnLiving(tree.words(), to);
  }

  /** Relative to where the tree is copied to. */
  private static String sharing(EarlierCopy earlier) {
    return "--link-dest=../../" + earlier.id() + "/" + Store.TREE;
  }

  /**
   * The copy will get a relink folder even if the live tree needs none: nothing else may be there.
   */
  static void requireRoomForRelinks(LiveTree tree, RawPath relinkFolder) {
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
