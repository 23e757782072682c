package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.plan.ForeignPath;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.ForeignNamespace;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Views that are to be seen in a copy of somebody else's mount namespace, such as a container's, by
 * what is started there and by nobody else. All is opened before that is entered, through the
 * mounts that are put down there later: its /proc, if it has one, does not know this process.
 */
final class ViewsElsewhere implements AutoCloseable {
  /** A view that is mounted nowhere yet. */
  private record Carried(Fd mounts, RawPath place) {}

  private final ForeignNamespace namespace;
  private final Consumer<String> notices;
  private final List<Carried> carried = new ArrayList<>();
  private final ClosingStack endings = new ClosingStack();

  private ViewsElsewhere(ForeignNamespace namespace, Consumer<String> notices) {
    this.namespace = namespace;
    this.notices = notices;
    endings.push(namespace::close);
  }

  /**
   * Picks them up, in a copy of the caller's namespace: a copy of a mount that others share would
   * be shared with them, and so what is mounted in it.
   */
  static ViewsElsewhere in(
      RawPath namespace, List<ViewInPlace.Wanted> wanted, Consumer<String> notices) {
    ViewsElsewhere views = new ViewsElsewhere(ForeignPath.open(namespace), notices);
    try {
      MountNamespace.separateWorkingDirectory();
      MountNamespace.enterPrivate();
      for (ViewInPlace.Wanted one : wanted) {
        ViewInPlace.requirePlace(one.place());
        views.carry(one);
      }
      return views;
    } catch (RuntimeException | Error e) {
      try (views) {
        throw e;
      }
    }
  }

  private void carry(ViewInPlace.Wanted wanted) {
    try (Directory root = Directory.open(wanted.view().root())) {
      Fd mounts = MountNamespace.pickUp(root.fd());
      endings.push(mounts::close);
      carried.add(new Carried(mounts, wanted.place()));
    }
  }

  /** Where they will be seen, in the order that they were wanted in. */
  List<ViewInPlace> places() {
    return carried.stream()
        .map(one -> new ViewInPlace(one.place(), true, Optional.of(one.mounts())))
        .toList();
  }

  /**
   * Enters a copy of the namespace and shows them there, for the calling thread, which has a
   * working directory of its own, and what it starts. Other threads stay where this program's files
   * are.
   */
  void show() {
    try (Directory thread = MountInfo.folderOfThread()) {
      try {
        namespace.enter();
      } catch (SystemCallException e) {
        throw ForeignPath.failure(e, RawPath.EMPTY);
      }
      MountNamespace.enterPrivate();
      for (Carried view : outerFirst()) {
        show(view, thread);
      }
    }
  }

  private List<Carried> outerFirst() {
    return carried.stream()
        .sorted(Comparator.comparing(one -> one.place().components().size()))
        .toList();
  }

  private void show(Carried view, Directory thread) {
    try (Directory place = Directory.openFollowing(view.place());
        OtherMounts others = OtherMounts.below(place, thread)) {
      MountNamespace.putDown(view.mounts(), place.fd());
      List<RawPath> put = others.putDown(Directory.of(view.mounts()));
      ViewInPlace.tellOfOthers(put.stream().map(view.place()::resolve).toList(), notices);
    } catch (SystemCallException e) {
      throw e.is(Errno.ENOENT, Errno.ENOTDIR)
          ? new NotFoundException(
              view.place() + ": there is no directory to show the view at in that mount namespace",
              "make it, or give --at DIR",
              e)
          : Failures.of(e, "showing the view in the mount namespace", "CAP_SYS_ADMIN");
    }
  }

  @Override
  public void close() {
    endings.close();
  }
}
