package dev.orchestrate.engine.restart;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.ArrayList;
import java.util.Comparator;
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
   * Picks them up, each with what is mounted in it; but not what is covered by another.
   *
   * @param place where they are
   * @param thread the calling thread's folder in /proc
   */
  static OtherMounts below(Directory place, Directory thread) {
    RawPath path = place.fd().kernelPath(thread);
    long mount = place.stat().mountId();
    List<MountInfo> mounts = MountInfo.of(thread);
    List<Long> live =
        mounts.stream().filter(one -> one.id() == mount).map(MountInfo::device).toList();
    OtherMounts others = new OtherMounts(new TreeMap<>());
    try {
      mounts.stream()
          .filter(one -> one.point().isBelow(path) && !one.point().equals(path))
          .filter(one -> !live.contains(one.device()))
          .sorted(Comparator.comparing(MountInfo::point))
          .forEach(one -> others.pickUp(one, path));
      return others;
    } catch (RuntimeException | Error e) {
      try (others) {
        throw e;
      }
    }
  }

  private void pickUp(MountInfo mount, RawPath place) {
    RawPath below = mount.point().relativeTo(place);
    if (picked.keySet().stream().anyMatch(below::isBelow)) {
      return; // it came with that one
    }
    try (Fd point = Fd.open(mount.point(), Fd.O_PATH | Fd.O_NOFOLLOW)) {
      if (point.stat().mountId() == mount.id()) {
        picked.put(below, MountNamespace.pickUp(point));
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES)) {
        throw e;
      }
    }
  }

  /**
   * Puts each down where the view has a directory for it.
   *
   * @return those for which there was one
   */
  List<RawPath> putDown(Directory view) {
    List<RawPath> put = new ArrayList<>();
    picked.forEach(
        (below, mounts) -> {
          try (Fd point = view.openBeneath(below, Fd.O_PATH | Fd.O_DIRECTORY)) {
            MountNamespace.putDown(mounts, point);
            put.add(below);
          } catch (SystemCallException e) {
            if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)) {
              throw e;
            }
          }
        });
    return put;
  }

  @Override
  public void close() {
    picked.values().forEach(Fd::close);
  }
}
