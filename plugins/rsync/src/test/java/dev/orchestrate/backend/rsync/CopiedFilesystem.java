package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.Claim;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * A filesystem whose copies go to the default place, below the state folder.
 *
 * @param label as {@link TestFilesystem#label} wants it
 * @param maker of one with so many bytes
 */
record CopiedFilesystem(String label, LongFunction<MountedFilesystem> maker)
    implements TestFilesystem {
  static final CopiedFilesystem EXT4 =
      new CopiedFilesystem(
          "rsync-ext4", bytes -> MountedFilesystem.onLoop(bytes, "", "mkfs.ext4", "-q"));
  static final CopiedFilesystem XFS =
      new CopiedFilesystem(
          "rsync-xfs", bytes -> MountedFilesystem.onLoop(bytes, "", "mkfs.xfs", "-q"));
  static final CopiedFilesystem TMPFS =
      new CopiedFilesystem(
          "rsync-tmpfs",
          bytes -> MountedFilesystem.mount(Tmpfs::make, "size=" + bytes + ",mode=755"));

  @Override
  public String backend() {
    return "rsync";
  }

  @Override
  public MountedFilesystem make(long bytes) {
    return maker.apply(bytes);
  }

  /**
   * Not claimed: a copy takes what the data takes; an immutable file can't be linked, and a copy
   * does not know inode numbers; rsync knows no longer paths; on overlayfs folders have one link,
   * whatever becomes of them.
   */
  @Override
  public Set<Claim> claims() {
    return EnumSet.complementOf(
        EnumSet.of(
            Claim.BLOCK_SHARING,
            Claim.IMMUTABLE_FILES,
            Claim.LONG_PATHS,
            Claim.FOLDER_LINK_COUNTS));
  }

  @Override
  public List<String> inventory(MountedFilesystem filesystem) {
    throw new UnsupportedOperationException("asked with the state folder");
  }

  /** The copies and their views. */
  @Override
  public List<String> inventory(MountedFilesystem filesystem, Path state) {
    Path copies = state.resolve("copies");
    return Files.exists(copies)
        ? Program.run("find", copies, "-mindepth", "1", "-maxdepth", "2", "-printf", "%P\n")
            .lines()
            .filter(path -> !path.contains("/") || path.contains("/view-"))
            .sorted()
            .toList()
        : List.of();
  }

  @Override
  public Optional<Runnable> byteFlip(MountedFilesystem filesystem, Path state, StoredFile file) {
    Path copy = state.resolve("copies").resolve(file.checkpoint()).resolve("tree");
    return Optional.of(() -> Program.flipByte(copy.resolve(file.path())));
  }
}
