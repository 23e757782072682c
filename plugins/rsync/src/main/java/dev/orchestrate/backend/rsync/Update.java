package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Brings a copy up to date with what has changed in the tree. Files that an earlier copy shares are
 * replaced, never changed: a new owner, say, must not become that of the earlier copy.
 */
final class Update {
  private final Tree tree;
  private final Directory folder;
  private final Store store;
  private final Manner manner;

  /** How to run rsync(1): over a tree that lives, or over one that stands still. */
  interface Manner {
    void run(Rsync rsync, String from, String to);
  }

  Update(Tree tree, Directory folder, Store store, Manner manner) {
    this.tree = tree;
    this.folder = folder;
    this.store = store;
    this.manner = manner;
  }

  void apply(Changes changes) {
    changes.replaceIf(this::isLinkInPlaceOfDirectory);
    removeReplaced(changes);
    removeMissing(changes);
    copyChanged(changes);
    copyTop(changes);
  }

  /** Where rsync(1) makes a hard link in the place of a directory, it still looks for its ACL. */
  private boolean isLinkInPlaceOfDirectory(RawPath path) {
    return tree.top()
        .find(path)
        .filter(stat -> !stat.isDirectory() && stat.links() > 1 && store.mayHaveDirectory(path))
        .isPresent();
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

  private void removeMissing(Changes changes) {
    if (!changes.folders().isEmpty()) {
      run(
          Rsync.in(folder)
              .and("--dirs", "--delete", "--force", "--existing", "--ignore-existing")
              .names(Changes.write(changes.folders(), "/", folder, "folders")));
    }
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
      copyNamed(Changes.write(paths, "", folder, "changed"), options);
    }
  }

  /** Copies what is at paths that a file lists, without what is in directories. */
  void copyNamed(String file, String... options) {
    run(
        Rsync.in(folder)
            .keepingAll()
            .and("--dirs", "--ignore-missing-args", "--force")
            .and(options)
            .names(file));
  }

  /** By itself, as rsync(1) takes "." in a list of names for all that is in it. */
  private void copyTop(Changes changes) {
    if (changes.concernTop()) {
      run(Rsync.in(folder).keepingAll().and("--dirs", "--exclude=/*"));
    }
  }

  private void run(Rsync rsync) {
    manner.run(tree.explained(rsync), tree.words(), store.words(Store.TREE));
  }
}
