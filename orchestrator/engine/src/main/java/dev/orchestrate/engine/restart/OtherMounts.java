package dev.orchestrate.engine.restart;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Other filesystems that are mounted below a place, to be seen in the view that is put there, too.
 *
 * @param picked what is mounted, by its path from that place
 */
record OtherMounts(Map<RawPath, Fd> picked) implements AutoCloseable {

  /**
   * Picks them up, each with what is mounted in it.
   *
   * @param place by the path that mounts have
   * @param thread the calling thread's folder in /proc
   */
  static OtherMounts below(RawPath place, Directory opened, Directory thread) {
    List<MountInfo> mounts = MountInfo.of(thread);
    long mount = opened.stat().mountId();
    List<Long> live =
        mounts.stream().filter(one -> one.id() == mount).map(MountInfo::device).toList();
    OtherMounts others = new OtherMounts(new TreeMap<>());
    try {
      mounts.stream()
          .filter(one -> one.point().isBelow(place) && !one.point().equals(place))
          .filter(one -> !live.contains(one.device()))
          .map(MountInfo::point)
          .sorted()
          .forEach(point -> others.pickUp(point, place));
      return others;
    } catch (RuntimeException | Error e) {
      try (others) {
        throw e;
      }
    }
  }

  private void pickUp(RawPath point, RawPath place) {
    RawPath below = point.relativeTo(place);
    if (picked.keySet().stream().noneMatch(below::isBelow)) {
      picked.put(below, MountNamespace.pickUp(point));
    }
  }

  /** Puts each down where the view has a directory for it. */
  void putDown(Directory view) {
    picked.forEach(
        (below, mounts) -> {
          try (Fd point = view.openBeneath(below, Fd.O_PATH | Fd.O_DIRECTORY)) {
            MountNamespace.putDown(mounts, point);
          } catch (SystemCallException e) {
            if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP)) {
              throw e;
            }
          }
        });
  }

  @Override
  public void close() {
    picked.values().forEach(Fd::close);
  }
}
