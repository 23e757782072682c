package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.view.DisposableView;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.View;
import java.util.Optional;

/** Views that are mounted for everybody to see, until they are unmounted. */
public final class MountedViews {
  private final Catalog catalog;

  public MountedViews(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Mounts a new view at a directory.
   *
   * @return the view, whose mount point is that directory without links
   */
  public StoredView mount(Manifest manifest, SnapshotBackend backend, RawPath directory) {
    RawPath place = realPath(directory);
    SnapshotReference reference = manifest.snapshotReference();
    try (DisposableView disposable =
        new DisposableView(catalog, backend, reference, Optional.of(place))) {
      View view = disposable.make();
      MountNamespace.bindWithMounts(view.root(), place);
      disposable.keep();
      return disposable.stored();
    } catch (SystemCallException e) {
      throw Failures.of(e, "mounting the view", "CAP_SYS_ADMIN");
    }
  }

  /**
   * Unmounts a view, or removes one that a restart has kept.
   *
   * @param directory where it is mounted or, if it is not, where the backend has it
   * @return what is gone now
   */
  public StoredView unmount(RawPath directory, Backends backends) {
    RawPath place = realPath(directory);
    StoredView view =
        catalog.views().all().stream()
            .filter(one -> one.mountPoint().equals(Optional.of(place)) || one.root().equals(place))
            .reduce((first, last) -> last)
            .orElseThrow(
                () -> new NotFoundException(place + ": no view is mounted there", "see: findmnt"));
    view.mountPoint().ifPresent(MountedViews::unmountIfMounted);
    SnapshotReference reference = catalog.find(view.checkpoint()).manifest().snapshotReference();
    backends.byName(reference.backend()).unmount(reference, view.view());
    catalog.views().remove(view);
    return view;
  }

  /** After a reboot it is not. */
  private static void unmountIfMounted(RawPath place) {
    try {
      MountNamespace.unmount(place);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EINVAL)) {
        throw Failures.of(e, "unmounting the view", "CAP_SYS_ADMIN");
      }
    }
  }

  private static RawPath realPath(RawPath directory) {
    try (Directory opened = Directory.openFollowing(directory)) {
      return opened.fd().kernelPath();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        throw new NotFoundException(
            directory + ": there is no such directory", "make it: mkdir " + directory, e);
      }
      throw Failures.of(e, directory + " can't be used", "");
    }
  }
}
