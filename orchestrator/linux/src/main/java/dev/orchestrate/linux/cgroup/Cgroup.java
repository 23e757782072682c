package dev.orchestrate.linux.cgroup;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.linux.proc.ProcessCgroups;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A control group that can freeze its processes; the kernel's cgroup-v2.rst and
 * cgroup-v1/freezer-subsystem.rst.
 *
 * @param hierarchy where the hierarchy is mounted
 * @param path of the group below it, absolute; {@code /} is the root group, which can't be frozen
 */
public record Cgroup(Version version, RawPath hierarchy, RawPath path) {
  private static final int POLL_MILLIS = 5;

  /** The two interfaces, which may be there side by side (systemd's hybrid layout). */
  public enum Version {
    V2("cgroup.freeze", "1", "0"),
    V1("freezer.state", "FROZEN", "THAWED");

    private final String controlFile;
    private final String frozen;
    private final String thawed;

    Version(String controlFile, String frozen, String thawed) {
      this.controlFile = controlFile;
      this.frozen = frozen;
      this.thawed = thawed;
    }

    public String thawed() {
      return thawed;
    }
  }

  /** The group of a process in the given interface; empty if that is not mounted here. */
  public static Optional<Cgroup> of(int pid, Version version) {
    return hierarchy(version)
        .flatMap(
            mount ->
                ProcessCgroups.of(pid)
                    .path(version == Version.V2 ? "" : "freezer")
                    .filter(path -> path.isBelow(mount.root()))
                    .map(
                        path ->
                            new Cgroup(
                                version,
                                mount.point(),
                                RawPath.ROOT.resolve(path.relativeTo(mount.root())))));
  }

  /** A group by its folder, such as /sys/fs/cgroup/system.slice/a.service, or its path below. */
  public static Optional<Cgroup> byFolder(RawPath folder) {
    for (Cgroup root : roots()) {
      RawPath point = root.hierarchy();
      RawPath below = folder.isBelow(point) ? folder.relativeTo(point) : folder;
      Cgroup cgroup =
          new Cgroup(root.version(), point, RawPath.ROOT.resolve(below.relativeTo(rootOf(below))));
      if (Files.isReadable(cgroup.file("cgroup.procs"))) {
        return Optional.of(cgroup);
      }
    }
    return Optional.empty();
  }

  private static RawPath rootOf(RawPath path) {
    return path.isAbsolute() ? RawPath.ROOT : RawPath.EMPTY;
  }

  /** The root groups of the interfaces that are mounted here. */
  public static List<Cgroup> roots() {
    return Arrays.stream(Version.values())
        .flatMap(
            version ->
                hierarchy(version)
                    .map(mount -> new Cgroup(version, mount.point(), RawPath.ROOT))
                    .stream())
        .toList();
  }

  private static Optional<MountInfo> hierarchy(Version version) {
    return MountInfo.ofSelf().stream()
        .filter(
            mount ->
                version == Version.V2
                    ? mount.type().equals("cgroup2")
                    : mount.type().equals("cgroup") && mount.superOptions().contains("freezer"))
        .findFirst();
  }

  public RawPath folder() {
    return hierarchy.resolve(path.relativeTo(RawPath.ROOT));
  }

  public RawPath controlFile() {
    return folder().resolve(version.controlFile);
  }

  public boolean isRoot() {
    return path.components().isEmpty();
  }

  public Cgroup child(String name) {
    return new Cgroup(version, hierarchy, path.resolve(name));
  }

  /** Makes this group's folder. */
  public void create() {
    try (Directory parent = Directory.open(folder().parent())) {
      parent.makeDirectory(path.name(), 0755);
    }
  }

  /** Removes this group's folder; it has to be empty of processes. */
  public void remove() {
    try (Directory parent = Directory.open(folder().parent())) {
      parent.removeDirectory(path.name());
    }
  }

  /** The processes in this group and in those below it. */
  public List<Integer> processes() {
    List<Integer> pids = new ArrayList<>();
    collect(this, pids);
    return pids;
  }

  private static void collect(Cgroup cgroup, List<Integer> pids) {
    cgroup.read("cgroup.procs").lines().map(Integer::valueOf).forEach(pids::add);
    cgroup.children().forEach(child -> collect(child, pids));
  }

  /** The groups directly below this one; none if it is gone. */
  public List<Cgroup> children() {
    try (Directory folder = Directory.open(folder())) {
      return folder.list().stream()
          .filter(name -> folder.find(name).map(Stat::isDirectory).orElse(false))
          .map(name -> child(name.text()))
          .toList();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return List.of();
      }
      throw e;
    }
  }

  /** Moves a process, with all its threads, into this group. */
  public void add(int pid) {
    write("cgroup.procs", Integer.toString(pid));
  }

  public Cgroup parent() {
    return new Cgroup(version, hierarchy, path.parent());
  }

  /** Moves all processes of this group to another one, and removes it; it may be gone already. */
  public void dissolveInto(Cgroup other) {
    try {
      // children born meanwhile are here too; while some are moved, others may be born
      for (List<Integer> left = processes(); !left.isEmpty(); left = processes()) {
        left.forEach(pid -> giveTo(other, pid));
      }
      remove();
    } catch (SystemCallException e) {
      if (!isGone()) {
        throw e;
      }
    }
  }

  /** Whoever manages control groups, such as systemd, removes those that are empty. */
  private boolean isGone() {
    return byFolder(folder()).isEmpty();
  }

  private static void giveTo(Cgroup other, int pid) {
    try {
      other.add(pid);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ESRCH)) {
        throw e;
      }
    }
  }

  /** Whether somebody has already asked for this group, or one above it, to be frozen. */
  public boolean isFreezing() {
    return switch (version) {
      case V2 -> read("cgroup.freeze").strip().equals("1") || isFrozen();
      case V1 -> !read("freezer.state").strip().equals("THAWED");
    };
  }

  public boolean isFrozen() {
    return switch (version) {
      case V2 -> read("cgroup.events").contains("frozen 1");
      case V1 -> read("freezer.state").strip().equals("FROZEN");
    };
  }

  /** Asks for the freeze, without waiting. */
  public void freeze() {
    write(version.controlFile, version.frozen);
  }

  /**
   * Waits until every process here stands still.
   *
   * @return false if that was not so in time
   */
  public boolean awaitFrozen(Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    try (Fd events =
        Fd.open(
            folder().resolve(version == Version.V2 ? "cgroup.events" : version.controlFile),
            Fd.O_RDONLY)) {
      while (!isFrozen()) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        if (version == Version.V2) {
          SystemCalls.awaitPriorityEvent(events, POLL_MILLIS);
        } else {
          freeze(); // a v1 group that meets a fork in the middle wants to be asked again
        }
      }
      return true;
    }
  }

  /** Lets all run again; nobody does who was in a group that is gone. */
  public void thaw() {
    try {
      write(version.controlFile, version.thawed);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ENODEV)) {
        throw e;
      }
    }
  }

  private String read(String name) {
    try (Fd fd = Fd.open(folder().resolve(name), Fd.O_RDONLY)) {
      return new String(fd.readAll(), StandardCharsets.UTF_8);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENODEV)) {
        return "";
      }
      throw e;
    }
  }

  private void write(String name, String value) {
    try (Fd fd = Fd.open(folder().resolve(name), Fd.O_WRONLY)) {
      fd.writeAll(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Path file(String name) {
    return Path.of(folder().resolve(name).text());
  }

  @Override
  public String toString() {
    return folder().toString();
  }
}
