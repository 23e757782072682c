package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.Target;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** What these tests do with a btrfs on a loop device. */
final class LoopBtrfs {
  private static final long SIZE = 512L << 20;

  private LoopBtrfs() {}

  static MountedFilesystem make() {
    return MountedFilesystem.onLoop(SIZE, "", "mkfs.btrfs", "-q");
  }

  static Path subvolume(Path path) {
    Program.run("btrfs", "subvolume", "create", path);
    return path;
  }

  static void setReadOnly(Path subvolume) {
    Program.run("btrfs", "property", "set", subvolume, "ro", "true");
  }

  static boolean isReadOnly(Path subvolume) {
    return Program.run("btrfs", "property", "get", subvolume, "ro").strip().equals("ro=true");
  }

  /** The paths of all subvolumes, from the top of the filesystem. */
  static List<String> subvolumes(MountedFilesystem filesystem) {
    return Program.run("btrfs", "subvolume", "list", filesystem.mountPoint())
        .lines()
        .map(line -> line.substring(line.indexOf(" path ") + 6))
        .toList();
  }

  static Target target(Path path) {
    RawPath raw = RawPath.of(path.toString());
    MountInfo mount =
        MountInfo.ofSelf().stream()
            .filter(candidate -> raw.isBelow(candidate.point()))
            .max(Comparator.comparing(candidate -> candidate.point().components().size()))
            .orElseThrow();
    try (Directory directory = Directory.open(raw)) {
      return new Target(raw, mount, directory.fd().filesystemType());
    }
  }
}
