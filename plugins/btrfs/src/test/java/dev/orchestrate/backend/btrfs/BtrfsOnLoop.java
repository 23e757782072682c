package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.TestFilesystem;
import java.util.List;

/** A btrfs on a loop device, for the testkit. */
final class BtrfsOnLoop implements TestFilesystem {
  @Override
  public String backend() {
    return "btrfs";
  }

  @Override
  public MountedFilesystem make(long bytes) {
    return MountedFilesystem.onLoop(bytes, "user_subvol_rm_allowed", "mkfs.btrfs", "--quiet");
  }

  @Override
  public List<String> inventory(MountedFilesystem filesystem) {
    return Program.run("btrfs", "subvolume", "list", filesystem.mountPoint())
        .lines()
        .map(line -> line.replaceFirst("^ID (\\d+) .* path ", "$1 "))
        .sorted()
        .toList();
  }

  @Override
  public boolean isStore(String path) {
    return path.equals(".orchestrate") || path.startsWith(".orchestrate/");
  }
}
