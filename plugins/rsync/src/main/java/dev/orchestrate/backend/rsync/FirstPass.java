package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.util.Optional;
import java.util.Set;

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
    if (earlier.isEmpty()) {
      store.cloneAll(tree);
      copyAll(earlier, store.words(Store.TREE));
    } else if (!earlier.get().isComparableByTimes(stored)) {
      copyAll(earlier, store.words(Store.TREE), "--checksum");
    } else {
      copyChanged(earlier.get());
    }
  }

  private void copyChanged(EarlierCopy earlier) {
    Changes changes =
        Changes.since(earlier.marker().begun(), earlier.census().orElseThrow(), tree, folder);
    store.cloneSome(changes.changed(), tree);
    if (copyDoubtful(changes, earlier)) {
      copyAll(Optional.of(earlier), store.words(Store.TREE), "--link-dest=../" + Store.FIRST);
    } else {
      copyAll(Optional.of(earlier), store.words(Store.TREE));
    }
  }

  /**
   * Size and time, which a program can set, do not tell that a file that has changed since is as
   * the earlier copy has it: contents are compared, in a folder aside.
   *
   * @return whether there are any that are not as the earlier copy has them
   */
  private boolean copyDoubtful(Changes changes, EarlierCopy earlier) {
    Set<RawPath> doubtful = store.doubtful(changes.changed(), tree, earlier);
    if (doubtful.isEmpty()) {
      return false;
    }
    tree.explained(Rsync.in(folder).keepingAll())
        .and("--dirs", "--checksum", "--ignore-missing-args", sharing(earlier))
        .names(Changes.write(doubtful, "", folder, "changed"))
        .runOnLiving(tree.words(), store.words(Store.FIRST));
    return !store.areShared(doubtful, earlier);
  }

  private void copyAll(Optional<EarlierCopy> earlier, String to, String... whereShared) {
    Rsync rsync = tree.explained(Rsync.in(folder).keepingAll()).and("-r", "--one-file-system");
    earlier.ifPresent(copy -> rsync.and(whereShared).and(sharing(copy)));
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
