package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Brings the copy up to date while the processes stand still. Where times tell what has changed,
 * only that is looked at. Files that an earlier copy shares are replaced, never changed: a new
 * owner, say, must not become that of the earlier copy.
 */
final class SecondPass {
  private final StoredCopy stored;
  private final LiveTree tree;
  private final Directory folder;
  private final Store store;

  SecondPass(StoredCopy stored, LiveTree tree, Directory folder) {
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
    removeReplaced(changes);
    removeMissing(changes);
    copyChanged(changes);
    copyTop(changes);
  }

  private void copyChanged(Changes changes) {
    Set<RawPath> changed = new LinkedHashSet<>(changes.changed());
    if (changed.isEmpty()) {
      return;
    }
    Set<RawPath> cloned = store.cloneSome(changed, tree);
    changed.removeAll(cloned);
    copy(changed, "--ignore-times");
    copy(cloned);
  }

  private void copy(Set<RawPath> paths, String... options) {
    if (!paths.isEmpty()) {
      tree.explained(Rsync.in(folder).keepingAll())
          .and("--dirs", "--ignore-missing-args", "--force")
          .and(options)
          .names(Changes.write(paths, "", folder, "changed"))
          .runOnStill(tree.words(), store.words(Store.TREE));
    }
  }

  private void removeReplaced(Changes changes) {
    if (!changes.replaced().isEmpty()) {
      try (Directory empty = Parts.make(folder, "empty")) {
        Rsync.in(folder)
            .and("--dirs", "--force", "--delete-missing-args")
            .names(Changes.write(changes.replaced(), "", folder, "replaced"))
            .runToRemove(Words.of(empty) + "/", store.words(Store.TREE));
      }
    }
  }

  /** By itself, as rsync(1) takes "." in a list of names for all that is in it. */
  private void copyTop(Changes changes) {
    if (changes.concernTop()) {
      tree.explained(Rsync.in(folder).keepingAll())
          .and("--dirs", "--exclude=/*")
          .runOnStill(tree.words(), store.words(Store.TREE));
    }
  }

  private void removeMissing(Changes changes) {
    if (!changes.folders().isEmpty()) {
      tree.explained(
              Rsync.in(folder)
                  .and("--dirs", "--delete", "--force", "--existing", "--ignore-existing"))
          .names(Changes.write(changes.folders(), "/", folder, "folders"))
          .runOnStill(tree.words(), store.words(Store.TREE));
    }
  }

  /** Into an empty folder, where nothing is that an earlier copy shares. */
  private void compareAll() {
    tree.explained(Rsync.in(folder).keepingAll())
        .and("-r", "--one-file-system", "--checksum", "--link-dest=../" + Store.FIRST)
        .runOnStill(tree.words(), store.words(Store.TREE));
  }
}
