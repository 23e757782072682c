package dev.orchestrate.engine.restart;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A view, seen at the place where the tree was by the calling thread and what it starts, and by
 * nobody else.
 *
 * @param path where it is seen
 * @param isWhereWanted whether that is the place that was asked for
 * @param carried the mounts that will be put down there, if they are not there yet
 */
record ViewInPlace(RawPath path, boolean isWhereWanted, Optional<Fd> carried) {

  private static final int MOST_LISTED = 4;

  /** A view, and where it is wanted. */
  record Wanted(View view, RawPath place) {}

  /**
   * Shows views, each at its place; one whose place is in another's tree is shown there.
   *
   * @param notices told if they can't be shown there for lack of a right
   * @return where each is seen, in the same order
   */
  static List<ViewInPlace> show(List<Wanted> wanted, Consumer<String> notices) {
    wanted.forEach(one -> requirePlace(one.place()));
    MountNamespace.separateWorkingDirectory();
    try {
      MountNamespace.enterPrivate();
    } catch (SystemCallException e) {
      if (!e.is(Errno.EPERM)) {
        throw e;
      }
      return wanted.stream().map(one -> leave(one, notices)).toList();
    }
    Map<Wanted, ViewInPlace> shown = new HashMap<>();
    List<RawPath> places = wanted.stream().map(Wanted::place).toList();
    wanted.stream()
        .sorted(Comparator.comparing(one -> one.place().components().size())) // the outer first
        .forEach(one -> shown.put(one, show(one.view(), one.place(), places, notices)));
    return wanted.stream().map(shown::get).toList();
  }

  private static ViewInPlace leave(Wanted wanted, Consumer<String> notices) {
    notices.accept(
        "the view is seen at "
            + wanted.view().root()
            + " and not at "
            + wanted.place()
            + ", for which CAP_SYS_ADMIN is needed");
    return new ViewInPlace(wanted.view().root(), false, Optional.empty());
  }

  private static ViewInPlace show(
      View view, RawPath place, List<RawPath> ofViews, Consumer<String> notices) {
    try {
      RawPath real = realPath(place);
      keepOtherFilesystems(view, real, ofViews, notices);
      MountNamespace.bindWithMounts(view.root(), real);
      return new ViewInPlace(real, true, Optional.empty());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        throw new NotFoundException(
            place + ": there is no directory to show the view at", "make it, or give --at DIR", e);
      }
      throw Failures.of(e, "showing the view at " + place, "CAP_SYS_ADMIN");
    }
  }

  Directory open() {
    return carried
        .map(mounts -> Directory.of(mounts.reopen(Fd.O_DIRECTORY)))
        .orElseGet(() -> Directory.openFollowing(path));
  }

  static void requirePlace(RawPath place) {
    if (place.components().isEmpty()) {
      throw new ConflictException(
          "/: the view can't take the place of the root directory", "choose one: --at DIR");
    }
  }

  private static RawPath realPath(RawPath place) {
    try (Directory directory = Directory.openFollowing(place)) {
      return directory.fd().kernelPath();
    }
  }

  /** Other filesystems that are mounted in the tree are mounted in the view as well. */
  private static void keepOtherFilesystems(
      View view, RawPath place, List<RawPath> ofViews, Consumer<String> notices) {
    List<RawPath> kept = new ArrayList<>();
    List<MountInfo> mounts = MountInfo.ofSelf();
    try (Directory top = Directory.open(view.root())) {
      long device = deviceOf(mounts, top.stat().mountId());
      for (MountInfo mount : mounts) {
        boolean inside = mount.point().isBelow(place) && !ofViews.contains(mount.point());
        if (inside && !mount.point().equals(place) && mount.device() != device) {
          RawPath below = mount.point().relativeTo(place);
          if (top.find(below).map(Stat::isDirectory).orElse(false)) {
            MountNamespace.bind(mount.point(), view.root().resolve(below));
            kept.add(mount.point());
          }
        }
      }
    }
    tellOfOthers(kept, notices);
  }

  /** That these are in the view too, though they are not of the checkpoint. */
  static void tellOfOthers(List<RawPath> others, Consumer<String> notices) {
    if (!others.isEmpty()) {
      notices.accept(
          "other filesystems below are as they are now, not as of the checkpoint: "
              + listed(others));
    }
  }

  private static String listed(List<RawPath> paths) {
    String shown =
        paths.stream().limit(MOST_LISTED).map(RawPath::toString).collect(Collectors.joining(", "));
    int more = paths.size() - MOST_LISTED;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  private static long deviceOf(List<MountInfo> mounts, long mountId) {
    return mounts.stream()
        .filter(mount -> mount.id() == mountId)
        .mapToLong(MountInfo::device)
        .findFirst()
        .orElse(-1);
  }
}
