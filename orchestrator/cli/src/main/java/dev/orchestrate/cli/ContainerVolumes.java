package dev.orchestrate.cli;

import dev.orchestrate.engine.plan.ForeignPath;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.cgroup.Cgroup;
import dev.orchestrate.linux.mount.ForeignNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.NotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The volumes of a container: directories that are mounted in it, other than its root, that it may
 * write to, and that this host sees as well. What runtimes mount of the kernel's own is none.
 */
final class ContainerVolumes {
  /** Filesystems whose files are the kernel's; filesystems(5), runc's default mounts. */
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
          "securityfs",
          "debugfs",
          "tracefs",
          "bpf",
          "pstore",
          "efivarfs",
          "configfs");

  private ContainerVolumes() {}

  /**
   * By the paths that this host has for them.
   *
   * @throws NotFoundException if there is none
   */
  static List<RawPath> of(String container, Cgroup group) {
    Optional<Integer> process = group.processes().stream().findFirst();
    List<RawPath> volumes = process.map(ContainerVolumes::seenBy).orElse(List.of());
    if (volumes.isEmpty()) {
      throw new NotFoundException(
          "container " + container + ": has no volume that can be written to and is mounted here",
          "name what to checkpoint: orchestrate checkpoint --container " + container + " PATH");
    }
    return volumes;
  }

  private static List<RawPath> seenBy(int pid) {
    try (ForeignNamespace namespace = ForeignPath.open(RawPath.of("/proc/" + pid + "/ns/mnt"))) {
      return MountInfo.of(pid).stream()
          .filter(mount -> !mount.point().equals(RawPath.ROOT))
          .filter(mount -> !mount.readOnly() && !OF_THE_KERNEL.contains(mount.type()))
          .flatMap(mount -> here(mount, namespace))
          .distinct()
          .sorted()
          .toList();
    }
  }

  private static Stream<RawPath> here(MountInfo mount, ForeignNamespace namespace) {
    try {
      ForeignNamespace.Place place = namespace.find(mount.point());
      boolean covered = place.mount().id() != mount.id();
      return covered ? Stream.empty() : place.here().filter(path -> isUsed(path, mount)).stream();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOTDIR, Errno.ENOENT, Errno.EACCES)) {
        return Stream.empty(); // a file, such as /etc/hosts, or gone by now
      }
      throw ForeignPath.failure(e, mount.point());
    }
  }

  /** Each container has a /dev/shm, and few have anything there. */
  private static boolean isUsed(RawPath path, MountInfo mount) {
    if (!mount.type().equals("tmpfs")) {
      return true;
    }
    try (Directory directory = Directory.open(path)) {
      return !directory.list().isEmpty();
    }
  }
}
