package dev.orchestrate.engine.openfiles;

import dev.orchestrate.engine.openfiles.Earlier.Known;
import dev.orchestrate.engine.openfiles.Passes.Pass;
import dev.orchestrate.linux.DescriptorTable;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
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
public final class OpenFileScanner implements AutoCloseable {
  private final Set<Long> devices;
  private final Subtree subtree;
  private final long filesystemDevice;
  private final Set<Long> onMaps;
  private final OurPipes ourPipes = new OurPipes();
  private Optional<Passes> passes = Optional.empty();
  private final Set<Integer> readers = ConcurrentHashMap.newKeySet();
  private final StaleFiles stale;

  /**
   * @param devices st_dev of each of the target's volumes
   * @param subtree what of them
   * @param mount whose device is what /proc/PID/maps shows, which on btrfs is none of those
   */
  public OpenFileScanner(Set<Long> devices, Subtree subtree, MountInfo mount) {
    this.devices = devices;
    this.subtree = subtree;
    this.filesystemDevice = mount.device();
    this.onMaps =
        Stream.concat(devices.stream(), Stream.of(filesystemDevice)).collect(Collectors.toSet());
    this.stale = new StaleFiles(onMaps);
  }

  /**
   * Makes each further {@link #scanAgain} faster, where the kernel allows it; worth it for many
   * descriptors.
   */
  public void prepareScanAgain() {
    passes = Passes.of(filesystemDevice);
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
    Optional<Pass> pass = passes.flatMap(this::next);
    Stream<ProcessFiles> each = before.size() > 1 ? before.parallelStream() : before.stream();
    return each.map(one -> scanAgain(one, pass)).flatMap(Optional::stream).toList();
  }

  private Optional<ProcessFiles> scanAgain(ProcessFiles before, Optional<Pass> pass) {
    return scan(before.pid(), pass.map(one -> new Earlier(before, one)))
        .map(now -> SameLooks.of(before, now));
  }

  private Optional<Pass> next(Passes some) {
    try {
      return Optional.of(some.next());
    } catch (SystemCallException e) {
      some.close();
      passes = Optional.empty(); // each is looked at by itself then
      return Optional.empty();
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
    return stale.warnings();
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
    Optional<Known> known = earlier.map(one -> one.known(thread));
    if (known.isPresent() && known.get().others().isEmpty()) {
      return known.get().descriptors();
    }
    List<HeldDescriptor> found = new ArrayList<>();
    known.ifPresent(some -> found.addAll(some.descriptors()));
    try (DescriptorTable table = DescriptorTable.open(pid, thread)) {
      int[] others =
          known
              .map(some -> some.others().stream().mapToInt(Integer::intValue).toArray())
              .orElseGet(table::numbers);
      for (int number : others) {
        look(pid, thread, number, table, earlier).ifPresent(found::add);
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
        throw e;
      }
    }
    found.sort(Comparator.comparingInt(HeldDescriptor::number));
    return found;
  }

  /** Empty if it is closed, or does not refer to the target. */
  private Optional<HeldDescriptor> look(
      int pid, int thread, int number, DescriptorTable table, Optional<Earlier> earlier) {
    try {
      Stat stat = table.stat(number);
      if (devices.contains(stat.device())) {
        return Optional.of(descriptor(pid, thread, number, stat, table, earlier))
            .filter(one -> subtree.contains(one.held()));
      }
      if (ourPipes.isReadBy(pid, thread, number, stat)) {
        readers.add(pid);
      }
    } catch (SystemCallException e) {
      if (e.is(Errno.ESTALE)) {
        stale.note(pid, table.link(number));
      } else if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    return Optional.empty();
  }

  private static HeldDescriptor descriptor(
      int pid,
      int thread,
      int number,
      Stat stat,
      DescriptorTable table,
      Optional<Earlier> earlier) {
    Optional<HeldDescriptor> before = earlier.flatMap(one -> one.descriptor(thread, number));
    Held.ByDescriptor held =
        new Held.ByDescriptor(pid, thread, number, stat.state(), shown(table, number, before));
    FdInfo info =
        before
            .flatMap(one -> earlier.get().infoNow(one, held.state()))
            .orElseGet(() -> FdInfo.of(pid, thread, number));
    return new HeldDescriptor(held, info);
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
          stale.note(pid, mapping.link(pid));
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
                .anyMatch(one -> one.held().state().inode() == mapping.inode());
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
        stale.note(pid, link);
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
        ? Optional.<Held>of(new Held.ByLink(pid, link, stat.state(), shown(link)))
            .filter(subtree::contains)
        : Optional.empty();
  }

  private static Optional<RawPath> shown(RawPath link) {
    try {
      return Optional.of(Symlink.read(link));
    } catch (SystemCallException e) {
      return unlessTooLong(e);
    }
  }

  /** Warnings can still be asked for. */
  @Override
  public void close() {
    passes.ifPresent(Passes::close);
    passes = Optional.empty(); // and the memory that they take
  }
}
