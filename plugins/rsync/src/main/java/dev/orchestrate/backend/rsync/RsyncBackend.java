package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.SystemFailureException;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Tool;
import dev.orchestrate.spi.View;
import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;

/** Copies of a tree on any filesystem, made with rsync(1), in a folder here or on another host. */
@Extension
public final class RsyncBackend implements SnapshotBackend {
  static final String NAME = "rsync";

  /**
   * Long enough for what was relinked before the first pass to bear an older date than what {@link
   * Moment#leastDate} asks for, so that the second pass need not copy it; in milliseconds.
   */
  private static final long SETTLE = 40;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "copies of a directory on any filesystem, in a folder here or on another host; needs rsync";
  }

  @Override
  public List<Tool> tools() {
    return List.of(
        new Tool("rsync", "rsync", "to copy"),
        new Tool("ssh", "openssh-client", "to copy to other hosts"));
  }

  @Override
  public Assessment probe(Target target, Settings settings) {
    return new RsyncProbe(target, settings).assess();
  }

  @Override
  public SnapshotReference locate(SnapshotRequest request) {
    try (Tree tree = Tree.open(request.target().path())) {
      return plan(request, tree).reference();
    }
  }

  @Override
  public void prepare(SnapshotReference reference, SnapshotRequest request, Progress progress) {
    StoredCopy stored = StoredCopy.of(reference);
    try (Tree tree = Tree.open(stored.target())) {
      FirstPass.requireRoomForRelinks(tree, request.relinkFolder());
      CopyFolder.make(stored);
      try (Directory folder = CopyFolder.open(stored)) {
        sleep();
        StoredCopy begun = stored.begunAt(Moment.now());
        CopyInProgress.begin(folder, begun);
        new FirstPass(begun, tree, folder, progress).run();
      }
    }
  }

  private static StoredCopy plan(SnapshotRequest request, Tree tree) {
    Target target = request.target();
    return new StoredCopy(
        request.id(),
        target.path(),
        Destination.of(request.settings()),
        tree.filesystem(),
        Moment.now(),
        Dating.isReliable(target));
  }

  private static void sleep() {
    try {
      Thread.sleep(SETTLE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SystemFailureException("interrupted", "nothing is left of it; try again", e);
    }
  }

  @Override
  public Directory staging(SnapshotReference reference) {
    try (Directory folder = CopyFolder.open(StoredCopy.of(reference))) {
      return Parts.openOrMake(folder, Parts.STAGING);
    }
  }

  @Override
  public void take(SnapshotReference reference) {
    StoredCopy stored = StoredCopy.of(reference);
    try (Tree tree = Tree.open(stored.target());
        Directory folder = CopyFolder.open(stored)) {
      new SecondPass(CopyInProgress.begun(folder, stored), tree, folder).run();
    }
  }

  @Override
  public void seal(SnapshotReference reference, Sealing sealing) {
    StoredCopy stored = StoredCopy.of(reference);
    try (Directory folder = CopyFolder.open(stored)) {
      Store store = Store.of(CopyInProgress.begun(folder, stored), folder);
      try (Directory staging = Parts.openOrMake(folder, Parts.STAGING)) {
        store.add(staging, sealing);
      }
      store.remove(Store.FIRST);
      Parts.NEEDED_FOR_A_WHILE.forEach(part -> Parts.remove(folder, part));
      store.complete();
    }
  }

  /** The copy shares nothing with later ones: of what it is a copy, no time here tells. */
  @Override
  public SnapshotReference locateReceived(SnapshotRequest request) {
    StoredCopy stored =
        new StoredCopy(
            request.id(),
            request.target().path(),
            Destination.of(request.settings()),
            "received",
            Moment.now(),
            false);
    CopyFolder.requireNone(stored);
    return stored.reference();
  }

  @Override
  public Directory receive(SnapshotReference reference) {
    StoredCopy stored = StoredCopy.of(reference);
    CopyFolder.make(stored);
    try (Directory folder = CopyFolder.open(stored)) {
      return Parts.openOrMake(folder, Store.TREE);
    }
  }

  @Override
  public Directory receive(SnapshotReference reference, SnapshotReference parent) {
    StoredCopy from = StoredCopy.of(parent);
    if (from.destination().host().isPresent()) {
      throw new NotSupportedException(
          "the copy of checkpoint " + from.id() + " is on another host: " + from.destination(),
          "have the whole checkpoint sent, without --parent");
    }
    StoredCopy stored = StoredCopy.of(reference);
    CopyFolder.make(stored);
    try (Directory source = CopyFolder.open(from);
        Directory folder = CopyFolder.open(stored)) {
      requireComplete(from, Store.of(from, source));
      TreeCopy.make(source, folder, Store.TREE);
      return folder.openDirectory(RawPath.of(Store.TREE));
    }
  }

  private static void requireComplete(StoredCopy stored, Store store) {
    if (!store.isComplete()) {
      throw new DamagedException(
          "the copy of checkpoint " + stored.id() + " is gone, or was never completed",
          "remove the checkpoint: orchestrate delete " + stored.id());
    }
  }

  @Override
  public View mount(SnapshotReference reference, String viewId) {
    StoredCopy stored = StoredCopy.of(reference);
    try (Directory folder = CopyFolder.open(stored)) {
      Store store = Store.of(stored, folder);
      requireComplete(stored, store);
      return new ViewTree(stored, folder, store, StoredCopy.viewName(viewId)).make();
    }
  }

  @Override
  public void unmount(SnapshotReference reference, String viewId) {
    RawPath name = StoredCopy.viewName(viewId);
    CopyFolder.openIfThere(StoredCopy.of(reference))
        .ifPresent(
            folder -> {
              try (folder) {
                ViewTree.remove(folder, name);
              }
            });
  }

  @Override
  public Optional<RawPath> store(SnapshotReference reference) {
    return Optional.of(StoredCopy.of(reference).destination().folder());
  }

  /** Nothing tells a copy that somebody removed from one whose filesystem is not mounted. */
  @Override
  public void requireReachable(SnapshotReference reference) {
    StoredCopy stored = StoredCopy.of(reference);
    try (Directory folder = CopyFolder.open(stored)) {
      Store.of(stored, folder).requireThere();
    }
  }

  @Override
  public void delete(SnapshotReference reference) {
    StoredCopy stored = StoredCopy.of(reference);
    CopyFolder.openIfThere(stored)
        .ifPresent(
            folder -> {
              try (folder) {
                Store.of(stored, folder).delete();
              }
            });
    CopyFolder.remove(stored);
  }
}
