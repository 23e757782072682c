package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.view.DisposableView;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.ChildProgram;
import dev.orchestrate.linux.process.OwnThread;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

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
   * What is restarted.
   *
   * @param backend that stores it
   */
  public record Stored(Manifest manifest, SnapshotBackend backend) {}

  /** One of them, and a view of it. */
  private record Viewed(Manifest manifest, DisposableView disposable, View view) {}

  /**
   * Starts what is asked for in a view, or in the views of all of a set, waits for it and throws
   * the views away. What the checkpoints stored stays as it is, so this can be repeated.
   *
   * @param ended told the exit status of the command, or of the first of the processes, before the
   *     views are thrown away
   */
  public void restart(List<Stored> stored, RestartRequest request, IntConsumer ended) {
    Programs.of(stored.stream().map(Stored::manifest).toList(), request.program()).makeRoom();
    try (ClosingStack views = new ClosingStack()) {
      List<Viewed> viewed = new ArrayList<>();
      for (Stored one : stored) {
        DisposableView disposable =
            new DisposableView(
                catalog, one.backend(), one.manifest().snapshotReference(), Optional.empty());
        views.push(disposable::close);
        View view = disposable.make();
        viewed.add(new Viewed(MovedRelinks.in(view, one.manifest()), disposable, view));
      }
      ended.accept(OwnThread.call(() -> run(viewed, request)));
      if (request.keep()) {
        viewed.forEach(this::keep);
      }
    }
  }

  private void keep(Viewed viewed) {
    RawPath root = viewed.view().root();
    viewed.disposable().keep();
    notices.accept("the view is kept at " + root + "; remove it: orchestrate umount " + root);
  }

  /**
   * Asked before a checkpoint whose view is to be shown.
   *
   * @throws dev.orchestrate.spi.ConflictException if it can't be shown there
   */
  public static void requirePlace(RawPath place) {
    ViewInPlace.requirePlace(place);
  }

  private int run(List<Viewed> viewed, RestartRequest request) {
    List<Manifest> manifests = viewed.stream().map(Viewed::manifest).toList();
    Programs programs = Programs.of(manifests, request.program());
    List<ViewInPlace.Wanted> wanted = viewed.stream().map(one -> wanted(one, request)).toList();
    List<ChildProgram> children;
    try (ClosingStack endings = new ClosingStack()) {
      Optional<ViewsElsewhere> elsewhere =
          request.mountNamespace().map(namespace -> ViewsElsewhere.in(namespace, wanted, notices));
      elsewhere.ifPresent(views -> endings.push(views::close));
      List<ViewInPlace> places =
          elsewhere.map(ViewsElsewhere::places).orElseGet(() -> ViewInPlace.show(wanted, notices));
      List<OpenedView> opened = new ArrayList<>();
      for (int i = 0; i < viewed.size(); i++) {
        OpenedView one = OpenedView.open(manifests.get(i), viewed.get(i).view(), places.get(i));
        endings.push(one::close);
        opened.add(one);
      }
      children =
          Launch.startAll(
              prepare(programs, opened),
              () -> elsewhere.ifPresent(ViewsElsewhere::show),
              started -> viewed.forEach(one -> one.disposable().goesWith(started)));
    } catch (SystemCallException e) {
      if (e.call().equals("posix_spawn")) {
        return cannotExecute(e);
      }
      throw Failures.of(
          e, "restarting checkpoint " + Programs.commonId(manifests), "CAP_SYS_ADMIN");
    }
    started.accept(children);
    List<Integer> statuses = children.stream().map(ChildProgram::await).toList();
    return statuses.isEmpty() ? 0 : statuses.get(0);
  }

  private static ViewInPlace.Wanted wanted(Viewed one, RestartRequest request) {
    return new ViewInPlace.Wanted(one.view(), request.at().orElse(one.manifest().target().path()));
  }

  private List<Launch> prepare(Programs programs, List<OpenedView> opened) {
    List<Launch> launches = programs.prepare(opened);
    for (OpenedView one : opened) {
      if (programs.takeOverRelinks()) {
        one.anchors().removeRelinks();
      }
      if (one.view().isLiveTree()) {
        notices.accept(programs.noticeOfLiveTree(one.view().root()));
      }
    }
    return launches;
  }

  /** The exit statuses that a shell gives; POSIX, "Exit Status for Commands". */
  private int cannotExecute(SystemCallException e) {
    boolean missing = e.is(Errno.ENOENT, Errno.ENOTDIR);
    notices.accept(e.subject() + ": " + (missing ? "no such command" : e.errno().message()));
    return missing ? 127 : 126;
  }
}
