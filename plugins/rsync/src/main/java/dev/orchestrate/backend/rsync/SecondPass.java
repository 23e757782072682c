package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;

/**
 * Brings the copy up to date while the processes stand still. Where times tell what has changed,
 * only that is looked at.
 */
final class SecondPass {
  private final StoredCopy stored;
  private final Tree tree;
  private final Directory folder;
  private final Store store;

  SecondPass(StoredCopy stored, Tree tree, Directory folder) {
    this.stored = stored;
    this.tree = tree;
    this.folder = folder;
    this.store = Store.of(stored, folder);
  }

  void run() {
    if (stored.dated()) {
      copyChanges();
    } else {
      compareAll();
    }
  }

  private void copyChanges() {
    if (stored.begun().wasSetBack()) {
      throw new ConflictException(
          "the clock was set back during the checkpoint, so that times don't tell what changed",
          "try again");
    }
    Census census =
        Census.read(folder)
            .orElseThrow(
                () ->
                    new DamagedException(
                        "the copy of checkpoint " + stored.id() + " was not begun", "start anew"));
    Changes changes = Changes.since(stored.begun(), census, tree, folder);
    new Update(tree, folder, store, Rsync::runOnStill).apply(changes);
  }

  /** Into an empty folder, where nothing is that an earlier copy shares. */
  private void compareAll() {
    tree.explained(Rsync.in(folder).keepingAll())
        .and("-r", "--one-file-system", "--checksum", "--link-dest=../" + Store.FIRST)
        .runOnStill(tree.words(), store.words(Store.TREE));
  }
}
