package dev.orchestrate.engine.openfiles;

import dev.orchestrate.engine.openfiles.Held.InodeKey;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.FdInfo;
import dev.orchestrate.linux.proc.Mapping;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.linux.proc.ProcessTable;
import dev.orchestrate.linux.process.Kcmp;
import dev.orchestrate.spi.PermissionException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what processes hold on the target: descriptors, mappings, working and root directory, and
 * executable. A process that ends meanwhile holds nothing.
 */
public final class OpenFileScanner {
  private final Set<Long> devices;
  private final long filesystemDevice;
  private final Set<InodeKey> ourPipes = ourPipes();
  private final Set<Integer> readers = new HashSet<>();
  private final Set<String> warnings = new LinkedHashSet<>();

  /**
   * @param devices st_dev of each of the target's volumes
   * @param filesystemDevice as /proc/PID/maps shows it, which on btrfs is none of those
   */
  public OpenFileScanner(Set<Long> devices, long filesystemDevice) {
    this.devices = devices;
    this.filesystemDevice = filesystemDevice;
  }

  /**
   * What a process holds; empty if it is gone.
   *
   * @throws SystemCallException EACCES or EPERM if the caller may not look
   */
  public Optional<ProcessFiles> scan(int pid) {
    try {
      Map<Integer, List<HeldDescriptor>> descriptors = new LinkedHashMap<>();
      for (int thread : threadsWithOwnTable(pid)) {
        descriptors.put(thread, descriptors(pid, thread));
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

  private List<HeldDescriptor> descriptors(int pid, int thread) {
    List<HeldDescriptor> found = new ArrayList<>();
    String folder = "/proc/" + pid + "/task/" + thread + "/fd/";
    for (int number : ProcessTable.descriptors(pid, thread)) {
      try {
        Held held = held(pid, RawPath.of(folder + number));
        if (isOnTarget(held)) {
          found.add(new HeldDescriptor(thread, number, held, FdInfo.of(pid, thread, number)));
        } else if (ourPipes.contains(held.key()) && mayRead(FdInfo.of(pid, thread, number))) {
          readers.add(pid);
        }
      } catch (SystemCallException e) {
        if (e.is(Errno.ESTALE)) {
          warnIfStaleOnTarget(pid, RawPath.of(folder + number));
        } else if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
    return found;
  }

  private List<HeldMapping> mappings(int pid, Map<Integer, List<HeldDescriptor>> descriptors) {
    List<HeldMapping> found = new ArrayList<>();
    for (Mapping mapping : Mapping.of(pid)) {
      if (mapping.device() == filesystemDevice || devices.contains(mapping.device())) {
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
          "run as root or with CAP_CHECKPOINT_RESTORE");
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

  /** A process that merely writes to the same pipe keeps nobody waiting. */
  private static boolean mayRead(FdInfo info) {
    return !info.flags().contains(OpenFlag.O_WRONLY);
  }

  private Optional<Held> onTarget(int pid, RawPath link) {
    return Optional.of(held(pid, link)).filter(this::isOnTarget);
  }

  private static Held held(int pid, RawPath link) {
    return new Held(pid, link, Fd.cachedStat(link));
  }

  private boolean isOnTarget(Held held) {
    return devices.contains(held.stat().device());
  }

  /** The pipes that this program writes its output to, if it does. */
  private static Set<InodeKey> ourPipes() {
    Set<InodeKey> pipes = new HashSet<>();
    for (String output : List.of("1", "2")) {
      try {
        Stat stat = Fd.cachedStat(RawPath.of("/proc/self/fd/" + output));
        if (stat.kind() == Stat.Kind.FIFO) {
          pipes.add(new InodeKey(stat.device(), stat.inode()));
        }
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
    return pipes;
  }
}
