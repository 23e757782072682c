package dev.orchestrate.cli;

import dev.orchestrate.engine.plan.ForeignPath;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.cgroup.Cgroup;
import dev.orchestrate.linux.mount.ForeignNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.NotFoundException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The volumes of a container: directories that are mounted in it, other than its root, that it may
 * write to, and that this host has mounted as well. What runtimes mount of the kernel's own is
 * none, nor what is in /dev, such as the /dev/shm that each container has.
 */
final class ContainerVolumes {
  /** Filesystems whose files are the kernel's; filesystems(5). */
  private static final Set<String> OF_THE_KERNEL =
      Set.of(
          "proc",
          "sysfs",
          "cgroup",
          "cgroup2",
          "devpts",
          "devtmpfs",
          "mqueue",
          "hugetlbfs",
          "autofs",
          "securityfs",
          "selinuxfs",
          "debugfs",
          "tracefs",
          "bpf",
          "pstore",
          "efivarfs",
          "configfs",
          "binfmt_misc",
          "fusectl",
          "rpc_pipefs",
          "nsfs");

  private static final RawPath DEVICES = RawPath.of("/dev");

  private ContainerVolumes() {}

  /**
   * As this host has them, in the order of their paths.
   *
   * @throws NotFoundException if there is none
   */
  static List<ForeignPath.Found> of(String container, Cgroup group) {
    List<ForeignPath.Found> volumes =
        oldest(group.processes()).map(ContainerVolumes::seenBy).orElse(List.of());
    if (volumes.isEmpty()) {
      throw new NotFoundException(
          "container " + container + ": has no volume that can be written to and is mounted here",
          "name what to checkpoint: orchestrate checkpoint --container " + container + " PATH");
    }
    return volumes;
  }

  /** The container's first: others may have mounts of their own. */
  private static Optional<Integer> oldest(List<Integer> pids) {
    return pids.stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .min(Comparator.comparing(one -> one.info().startInstant().orElse(Instant.MAX)))
        .map(one -> (int) one.pid());
  }

  private static List<ForeignPath.Found> seenBy(int pid) {
    Set<Long> mountedHere =
        MountInfo.ofSelf().stream().map(MountInfo::device).collect(Collectors.toSet());
    Map<RawPath, ForeignPath.Found> volumes = new TreeMap<>();
    try (ForeignNamespace namespace = ForeignPath.open(RawPath.of("/proc/" + pid + "/ns/mnt"))) {
      MountInfo.of(pid).stream()
          .filter(mount -> mountedHere.contains(mount.device()))
          .filter(mount -> !mount.readOnly() && !OF_THE_KERNEL.contains(mount.type()))
          .filter(mount -> !mount.point().equals(RawPath.ROOT) && !mount.point().isBelow(DEVICES))
          .flatMap(mount -> here(mount, namespace).stream())
          .forEach(found -> volumes.put(found.path(), found));
    }
    return List.copyOf(volumes.values());
  }

  private static Optional<ForeignPath.Found> here(MountInfo mount, ForeignNamespace namespace) {
    try {
      return namespace
          .find(mount.point())
          .filter(place -> place.mount().id() == mount.id()) // else another one covers it
          .flatMap(place -> place.here().map(path -> new ForeignPath.Found(path, place.stat())));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOTDIR, Errno.ENOENT, Errno.EACCES)) {
        return Optional.empty(); // a file, such as /etc/hosts, or gone by now
      }
      throw ForeignPath.failure(e, mount.point());
    }
  }
}
