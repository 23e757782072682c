package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where in its filesystem something is, by the mounts of the process that holds it. For any number
 * of threads at once.
 */
final class PathsInFilesystem {
  private final Map<RawPath, Map<Long, MountInfo>> mountsByNamespace = new ConcurrentHashMap<>();

  /**
   * A name as seen from the filesystem's root; empty if the process sees it through no mount that
   * it still has.
   *
   * @param shown by the kernel
   */
  Optional<RawPath> of(Held held, RawPath shown) {
    return mountOf(held)
        .filter(mount -> shown.isBelow(mount.point()))
        .map(mount -> mount.root().resolve(shown.relativeTo(mount.point())));
  }

  /** The mount through which it is held. */
  Optional<MountInfo> mountOf(Held held) {
    return Optional.ofNullable(mounts(held.pid()).get(held.state().mountId()));
  }

  private Map<Long, MountInfo> mounts(int pid) {
    RawPath namespace = Symlink.read(RawPath.of("/proc/" + pid + "/ns/mnt"));
    return mountsByNamespace.computeIfAbsent(namespace, key -> byId(mountsSeenFrom(pid, key)));
  }

  /** Our own table where we share the namespace: the process's root may hide some from it. */
  private static List<MountInfo> mountsSeenFrom(int pid, RawPath namespace) {
    boolean ours = Symlink.read(RawPath.of("/proc/self/ns/mnt")).equals(namespace);
    return ours ? MountInfo.ofSelf() : MountInfo.of(pid);
  }

  private static Map<Long, MountInfo> byId(List<MountInfo> mounts) {
    Map<Long, MountInfo> byId = new HashMap<>();
    mounts.forEach(mount -> byId.put(mount.id(), mount));
    return byId;
  }
}
