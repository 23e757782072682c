package dev.orchestrate.engine.recovery;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.linux.proc.ProcessTable;
import dev.orchestrate.spi.SnapshotReference;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Views whose command was killed, and with it or after it all programs that it had started. */
final class AbandonedViews {
  private final Catalog catalog;
  private final Backends backends;

  AbandonedViews(Catalog catalog, Backends backends) {
    this.catalog = catalog;
    this.backends = backends;
  }

  /**
   * Removes them, unless a process has one mounted still.
   *
   * @param done told of each
   */
  void remove(Consumer<String> done) {
    for (StoredView view : catalog.views().all()) {
      if (view.isAbandoned() && remove(view)) {
        done.accept("view " + view.view() + " of checkpoint " + view.checkpoint() + ": is removed");
      }
    }
  }

  private boolean remove(StoredView view) {
    Optional<Shown> shown = Shown.of(view.root());
    if (view.mountPoint().isPresent() && shown.isPresent()) {
      unmountIfShownAt(view.mountPoint().get(), shown.get());
    }
    if (shown.isPresent() && isMountedSomewhere(shown.get())) {
      return false;
    }
    catalog
        .find(view.checkpoint())
        .snapshotReference()
        .ifPresent(reference -> unmount(reference, view));
    catalog.views().remove(view);
    return true;
  }

  private void unmount(SnapshotReference reference, StoredView view) {
    backends.byName(reference.backend()).unmount(reference, view.view());
  }

  /** What mountinfo says of a mount that shows a view. */
  private record Shown(RawPath root, long device, RawPath pathInFilesystem) {

    static Optional<Shown> of(RawPath root) {
      if (root.isEmpty()) {
        return Optional.empty();
      }
      try (Directory top = Directory.open(root)) {
        long id = top.stat().mountId();
        return MountInfo.ofSelf().stream()
            .filter(mount -> mount.id() == id)
            .findFirst()
            .map(mount -> new Shown(root, mount.device(), pathIn(mount, root)));
      } catch (SystemCallException e) {
        if (e.is(Errno.ENOENT)) {
          return Optional.empty();
        }
        throw e;
      }
    }

    private static RawPath pathIn(MountInfo mount, RawPath path) {
      return mount.root().resolve(path.relativeTo(mount.point()));
    }

    /** A mount of just the view, other than the backend's own. */
    boolean isBy(MountInfo mount) {
      return mount.device() == device
          && mount.root().equals(pathInFilesystem)
          && !mount.point().equals(root);
    }
  }

  private static void unmountIfShownAt(RawPath place, Shown view) {
    boolean mounted =
        MountInfo.ofSelf().stream()
            .filter(mount -> mount.point().equals(place))
            .reduce((below, above) -> above)
            .map(view::isBy)
            .orElse(false);
    if (mounted) {
      MountNamespace.unmount(place);
    }
  }

  private static boolean isMountedSomewhere(Shown view) {
    Set<RawPath> seen = new HashSet<>();
    for (int pid : ProcessTable.pids()) {
      try {
        boolean isNew = seen.add(Symlink.read(RawPath.of("/proc/" + pid + "/ns/mnt")));
        if (isNew && MountInfo.of(pid).stream().anyMatch(view::isBy)) {
          return true;
        }
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT, Errno.ESRCH, Errno.EACCES, Errno.EPERM, Errno.EINVAL)) {
          throw e;
        }
      }
    }
    return false;
  }
}
