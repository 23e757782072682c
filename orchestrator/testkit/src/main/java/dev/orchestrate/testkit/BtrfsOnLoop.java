package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A btrfs on a loop device, with its own backend. */
public final class BtrfsOnLoop implements TestFilesystem {
  private final String options;

  public BtrfsOnLoop() {
    this("user_subvol_rm_allowed");
  }

  /** With other options for mount(8). */
  public BtrfsOnLoop(String options) {
    this.options = options;
  }

  @Override
  public String backend() {
    return "btrfs";
  }

  @Override
  public MountedFilesystem make(long bytes) {
    return MountedFilesystem.onLoop(bytes, options, "mkfs.btrfs", "--quiet");
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

  @Override
  public Optional<Runnable> byteFlip(MountedFilesystem filesystem, Path state, StoredFile file) {
    Path snapshot = filesystem.path(".orchestrate").resolve(file.checkpoint()).resolve("0");
    return Optional.of(
        () -> {
          Program.run("btrfs", "property", "set", snapshot, "ro", "false");
          Program.flipByte(snapshot.resolve(file.path()));
          Program.run("btrfs", "property", "set", snapshot, "ro", "true");
        });
  }
}
