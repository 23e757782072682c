package dev.orchestrate.backend.nfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.View;
import java.util.Optional;
import org.pf4j.Extension;

/**
 * Network and cluster filesystems: nothing is copied. What is stored is the live tree itself, with
 * the names that unlinked files were given.
 */
@Extension
public final class NfsBackend implements SnapshotBackend {
  static final String NAME = "nfs";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "network and cluster filesystems in place: keeps unlinked files, copies nothing";
  }

  @Override
  public Assessment probe(Target target, Settings settings) {
    return new NfsProbe(target, settings).assess();
  }

  @Override
  public SnapshotReference locate(SnapshotRequest request) {
    Target target = request.target();
    try (Directory top = Directory.open(target.path())) {
      boolean snapshot =
          SharedFilesystem.hasCephSnapshots(target.mount().type())
              && CephSnapshot.canBeMade(top, request.id());
      return StoredPlace.in(request, snapshot).reference();
    }
  }

  @Override
  public boolean isShared() {
    return true;
  }

  /** A snapshot of cephfs, if there is one, is no concern of who only refers to it. */
  @Override
  public SnapshotReference locateShared(SnapshotRequest request) {
    StoredPlace place = StoredPlace.in(request, false);
    try (Directory top = place.open()) {
      new KeptNames(place, top).requireUsable();
    }
    return place.reference();
  }

  @Override
  public void prepare(SnapshotReference reference, SnapshotRequest request, Progress progress) {
    StoredPlace place = StoredPlace.of(reference);
    try (Directory top = place.open()) {
      top.fd().syncFilesystem();
    } catch (SystemCallException e) {
      throw Failures.of(e, "writing back " + place.target(), "");
    }
  }

  /** Sends to the server what this host's processes have written, which stand still meanwhile. */
  @Override
  public void take(SnapshotReference reference) {
    StoredPlace place = StoredPlace.of(reference);
    try (Directory top = place.open()) {
      top.fd().syncFilesystem();
      if (place.cephSnapshot()) {
        CephSnapshot.make(top, place.id());
      }
    } catch (SystemCallException e) {
      throw Failures.of(e, "writing back " + place.target(), "");
    }
  }

  @Override
  public void seal(SnapshotReference reference, Sealing sealing) {
    try (Directory top = StoredPlace.of(reference).open()) {
      sealing.writeManifest(top);
      top.fd().syncFilesystem();
    }
  }

  @Override
  public View mount(SnapshotReference reference, String viewId) {
    StoredPlace place = StoredPlace.of(reference);
    try (Directory top = place.open()) {
      new KeptNames(place, top).linkAgain(viewId);
      return new View(place.target(), Optional.of(place.viewFolder(viewId)));
    } catch (SystemCallException e) {
      throw Failures.of(e, "linking the stored names once more", "");
    }
  }

  @Override
  public void unmount(SnapshotReference reference, String viewId) {
    StoredPlace place = StoredPlace.of(reference);
    try (Directory top = place.open()) {
      new KeptNames(place, top).removeView(viewId);
      syncRemovals(top);
    } catch (SystemCallException e) {
      throw Failures.of(e, "removing the names of a view", "");
    }
  }

  @Override
  public void requireReachable(SnapshotReference reference) {
    StoredPlace place = StoredPlace.of(reference);
    try (Directory top = place.open()) {
      new KeptNames(place, top).requireAccess();
    } catch (SystemCallException e) {
      throw Failures.of(e, "looking for the names of checkpoint " + place.id(), "");
    }
  }

  @Override
  public void delete(SnapshotReference reference) {
    StoredPlace place = StoredPlace.of(reference);
    try (Directory top = place.open()) {
      new KeptNames(place, top).removeAll();
      if (place.cephSnapshot()) {
        CephSnapshot.remove(top, place.id());
      }
      syncRemovals(top);
    } catch (SystemCallException e) {
      throw Failures.of(e, "removing the names of checkpoint " + place.id(), "");
    }
  }

  /** That a server has no space for what others wrote is no failure to remove something. */
  private static void syncRemovals(Directory top) {
    try {
      top.fd().syncFilesystem();
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOSPC, Errno.EDQUOT)) {
        throw e;
      }
    }
  }
}
