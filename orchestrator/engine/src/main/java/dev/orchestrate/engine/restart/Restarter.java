package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.view.DisposableView;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.ChildProgram;
import dev.orchestrate.linux.process.OwnThread;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Restarts checkpoints: mount the snapshot, reopen the relinked paths, unlink them, hand the
 * descriptors over.
 */
public final class Restarter {
  private final Catalog catalog;
  private final Consumer<String> notices;
  private final Consumer<List<ChildProgram>> started;

  /**
   * @param notices gets what the user should know, a line each
   * @param started is told of the programs once they run
   */
  public Restarter(
      Catalog catalog, Consumer<String> notices, Consumer<List<ChildProgram>> started) {
    this.catalog = catalog;
    this.notices = notices;
    this.started = started;
  }

  /**
   * Starts what is asked for in a view, waits for it and throws the view away. What the checkpoint
   * stored stays as it is, so this can be repeated.
   *
   * @return the exit status of the command, or of the first of the processes
   */
  public int restart(Manifest manifest, SnapshotBackend backend, RestartRequest request) {
    Programs.of(manifest, request.program()).makeRoom();
    try (DisposableView disposable =
        new DisposableView(catalog, backend, manifest.snapshotReference(), Optional.empty())) {
      return restartIn(disposable, manifest, request);
    }
  }

  /** The same in a view of the caller's, which is about to be made, and which the caller closes. */
  public int restartIn(DisposableView disposable, Manifest manifest, RestartRequest request) {
    View view = disposable.make();
    Manifest moved = MovedRelinks.in(view, manifest);
    int status = OwnThread.call(() -> run(moved, request, view, disposable));
    if (request.keep()) {
      disposable.keep();
      notices.accept(
          "the view is kept at " + view.root() + "; remove it: orchestrate umount " + view.root());
    }
    return status;
  }

  /**
   * Asked before a checkpoint whose view is to be shown.
   *
   * @throws dev.orchestrate.spi.ConflictException if it can't be shown there
   */
  public static void requirePlace(RawPath place) {
    ViewInPlace.requirePlace(place);
  }

  private int run(Manifest manifest, RestartRequest request, View view, DisposableView disposable) {
    Programs programs = Programs.of(manifest, request.program());
    ViewInPlace place =
        ViewInPlace.show(view, request.at().orElse(manifest.target().path()), notices);
    List<ChildProgram> children;
    try (Directory top = openTop(place.path());
        Anchors anchors = new Anchors(top, manifest, view.isLiveTree());
        OpenDescriptions descriptions = new OpenDescriptions(top, anchors, manifest)) {
      List<Launch> launches = programs.prepare(place, anchors, descriptions);
      if (programs.takeOverRelinks()) {
        anchors.removeRelinks();
      }
      if (view.isLiveTree()) {
        notices.accept(programs.noticeOfLiveTree(view.root()));
      }
      children = Launch.startAll(launches, disposable::goesWith);
    } catch (SystemCallException e) {
      if (e.call().equals("posix_spawn")) {
        return cannotExecute(e);
      }
      throw Failures.of(e, "restarting checkpoint " + manifest.id(), "CAP_SYS_ADMIN");
    }
    started.accept(children);
    List<Integer> statuses = children.stream().map(ChildProgram::await).toList();
    return statuses.isEmpty() ? 0 : statuses.get(0);
  }

  private static Directory openTop(RawPath path) {
    try {
      return Directory.openFollowing(path);
    } catch (SystemCallException e) {
      throw new NotFoundException(
          path + ": the view can't be opened: " + e.errno().message(), "", e);
    }
  }

  /** The exit statuses that a shell gives; POSIX, "Exit Status for Commands". */
  private int cannotExecute(SystemCallException e) {
    boolean missing = e.is(Errno.ENOENT, Errno.ENOTDIR);
    notices.accept(e.subject() + ": " + (missing ? "no such command" : e.errno().message()));
    return missing ? 127 : 126;
  }
}
