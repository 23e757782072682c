package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.DescriptorCopies;
import dev.orchestrate.linux.DescriptorTable;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.FdInfo;
import dev.orchestrate.linux.proc.LockTable;
import dev.orchestrate.linux.proc.Mapping;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.linux.proc.ProcessTable;
import dev.orchestrate.linux.process.Kcmp;
import dev.orchestrate.spi.PermissionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds what processes hold on the target: descriptors, mappings, working and root directory, and
 * executable. A process that ends meanwhile holds nothing. For any number of threads at once.
 */
public final class OpenFileScanner {
  /** Filesystems that do nothing when a descriptor is closed: no {@code flush} in the kernel. */
  private static final Set<String> LOCAL =
      Set.of("bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "tmpfs", "xfs");

  private final Set<Long> devices;
  private final long filesystemDevice;
  private final Set<Long> onMaps;
  private final OurPipes ourPipes = new OurPipes();
  private final boolean closingIsHarmless;
  private final Set<Integer> readers = ConcurrentHashMap.newKeySet();
  private final Set<String> warnings = Collections.synchronizedSet(new LinkedHashSet<>());

  /**
   * @param devices st_dev of each of the target's volumes
   * @param mount whose device is what /proc/PID/maps shows, which on btrfs is none of those
   */
  public OpenFileScanner(Set<Long> devices, MountInfo mount) {
    this.devices = devices;
    this.filesystemDevice = mount.device();
    this.onMaps =
        Stream.concat(devices.stream(), Stream.of(filesystemDevice)).collect(Collectors.toSet());
    this.closingIsHarmless = LOCAL.contains(mount.type());
  }

  /**
   * What a process holds; empty if it is gone.
   *
   * @throws SystemCallException EACCES or EPERM if the caller may not look
   */
  public Optional<ProcessFiles> scan(int pid) {
    return scan(pid, Optional.empty());
  }

  /**
   * The same for processes that were scanned before: much faster, as most is as it was. Those that
   * have ended are left out.
   */
  public List<ProcessFiles> scanAgain(List<ProcessFiles> before) {
    Optional<LockTable> locks = closingIsHarmless ? LockTable.read() : Optional.empty();
    return before.parallelStream()
        .map(one -> locks.isEmpty() ? scan(one.pid()) : scanAgain(one, locks.get()))
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<ProcessFiles> scanAgain(ProcessFiles before, LockTable locks) {
    Optional<DescriptorCopies> copies = DescriptorCopies.of(before.pid());
    try {
      return scan(before.pid(), copies.map(some -> new Earlier(before, some, locks)));
    } finally {
      copies.ifPresent(DescriptorCopies::close);
    }
  }

  private Optional<ProcessFiles> scan(int pid, Optional<Earlier> earlier) {
    try {
      Map<Integer, List<HeldDescriptor>> descriptors = new LinkedHashMap<>();
      for (int thread : threadsWithOwnTable(pid)) {
        descriptors.put(thread, descriptors(pid, thread, earlier));
      }
      return Optional.of(
          new ProcessFiles(
              pid,
              descriptors,
              mappings(pid, descriptors),
              place(pid, "cwd"),
              place(pid, "root"),
              place(pid, "exe"),
              readers.contains(pid)));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What processes hold on the target that is not part of what was found. */
  public Set<String> warnings() {
    return warnings;
  }

  /**
   * A file server has removed the inode under the process (ESTALE): nobody can look at it any more,
   * the process included.
   */
  private void warnIfStaleOnTarget(int pid, RawPath link) {
    RawPath path;
    List<MountInfo> mounts;
    try {
      path = Symlink.read(link);
      mounts = MountInfo.of(pid);
    } catch (SystemCallException e) {
      return; // it was closed meanwhile
    }
    mounts.stream()
        .filter(mount -> path.isBelow(mount.point()))
        .reduce((one, other) -> other.point().isBelow(one.point()) ? other : one)
        .filter(mount -> mount.device() == filesystemDevice || devices.contains(mount.device()))
        .ifPresent(
            mount ->
                warnings.add(
                    "process "
                        + pid
                        + ": "
                        + path
                        + " was removed on the file server and can't be kept"));
  }

  /** The first thread, and those that don't share its descriptors. */
  private static List<Integer> threadsWithOwnTable(int pid) {
    List<Integer> tables = new ArrayList<>();
    for (int thread : ProcessTable.threads(pid)) {
      if (tables.stream().noneMatch(table -> shareDescriptors(table, thread))) {
        tables.add(thread);
      }
    }
    return tables;
  }

  /** A thread that has ended meanwhile shares, as it needs no look any more. */
  private static boolean shareDescriptors(int table, int thread) {
    try {
      return Kcmp.shareDescriptors(table, thread);
    } catch (SystemCallException e) {
      if (e.is(Errno.ESRCH)) {
        return true;
      }
      throw e;
    }
  }

  private List<HeldDescriptor> descriptors(int pid, int thread, Optional<Earlier> earlier) {
    List<HeldDescriptor> found = new ArrayList<>();
    try (DescriptorTable table = DescriptorTable.open(pid, thread)) {
      for (int number : table.numbers()) {
        try {
          Stat stat = table.stat(number);
          if (devices.contains(stat.device())) {
            found.add(descriptor(pid, thread, number, stat, table, earlier));
          } else if (ourPipes.isReadBy(pid, thread, number, stat)) {
            readers.add(pid);
          }
        } catch (SystemCallException e) {
          if (e.is(Errno.ESTALE)) {
            warnIfStaleOnTarget(pid, table.link(number));
          } else if (!e.is(Errno.ENOENT)) {
            throw e;
          }
        }
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
        throw e;
      }
    }
    return found;
  }

  private static HeldDescriptor descriptor(
      int pid,
      int thread,
      int number,
      Stat stat,
      DescriptorTable table,
      Optional<Earlier> earlier) {
    Optional<HeldDescriptor> before = earlier.flatMap(one -> one.descriptor(thread, number));
    RawPath link = before.map(one -> one.held().link()).orElseGet(() -> table.link(number));
    Held held = new Held(pid, link, stat, shown(table, number, before));
    FdInfo info =
        before
            .flatMap(one -> earlier.get().infoNow(one, stat))
            .orElseGet(() -> FdInfo.of(pid, thread, number));
    return new HeldDescriptor(thread, number, held, info);
  }

  private static Optional<RawPath> shown(
      DescriptorTable table, int number, Optional<HeldDescriptor> before) {
    try {
      RawPath expected = before.flatMap(one -> one.held().shown()).orElse(RawPath.EMPTY);
      return Optional.of(table.shown(number, expected));
    } catch (SystemCallException e) {
      return unlessTooLong(e);
    }
  }

  private static Optional<RawPath> unlessTooLong(SystemCallException e) {
    if (e.is(Errno.ENAMETOOLONG)) {
      return Optional.empty();
    }
    throw e;
  }

  private List<HeldMapping> mappings(int pid, Map<Integer, List<HeldDescriptor>> descriptors) {
    List<HeldMapping> found = new ArrayList<>();
    for (Mapping mapping : Mapping.of(pid, onMaps)) {
      try {
        onTarget(pid, mapping.link(pid))
            .ifPresent(held -> found.add(new HeldMapping(mapping, held)));
      } catch (SystemCallException e) {
        if (e.is(Errno.EPERM, Errno.EACCES)) {
          requireOtherWay(pid, mapping, descriptors);
        } else if (e.is(Errno.ESTALE)) {
          warnIfStaleOnTarget(pid, mapping.link(pid));
        } else if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
    return found;
  }

  /** An ordinary user can't follow map_files; that matters only if nothing else leads there. */
  private static void requireOtherWay(
      int pid, Mapping mapping, Map<Integer, List<HeldDescriptor>> descriptors) {
    boolean otherWay =
        !mapping.deleted()
            || descriptors.values().stream()
                .flatMap(List::stream)
                .anyMatch(one -> one.held().stat().inode() == mapping.inode());
    if (!otherWay) {
      throw new PermissionException(
          "process " + pid + ": an unlinked file that is only mapped can't be reached",
          "run as root, with CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN");
    }
  }

  private Optional<Held> place(int pid, String name) {
    RawPath link = RawPath.of("/proc/" + pid + "/" + name);
    try {
      return onTarget(pid, link);
    } catch (SystemCallException e) {
      if (e.is(Errno.ESTALE)) {
        warnIfStaleOnTarget(pid, link);
        return Optional.empty();
      }
      if (e.is(Errno.ENOENT)) {
        return Optional.empty(); // a zombie has none
      }
      throw e;
    }
  }

  private Optional<Held> onTarget(int pid, RawPath link) {
    Stat stat = Fd.cachedStat(link);
    return devices.contains(stat.device())
        ? Optional.of(new Held(pid, link, stat, shown(link)))
        : Optional.empty();
  }

  private static Optional<RawPath> shown(RawPath link) {
    try {
      return Optional.of(Symlink.read(link));
    } catch (SystemCallException e) {
      return unlessTooLong(e);
    }
  }
}
