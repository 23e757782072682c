package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.Claim;
import dev.orchestrate.testkit.LoopDevice;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.NfsExport;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Storage;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * What rsync copies and receives, and beside it the same kind of storage for the copies: the
 * guest's own root keeps no attributes.
 *
 * @param maker of the tree's storage, with so many bytes
 * @param beside makes that of the copies
 */
record CopiedStorage(
    String label, Set<Claim> claims, LongFunction<Storage> maker, Function<Storage, Storage> beside)
    implements TestFilesystem {
  private static final long ROOM = 4L << 30;

  static final CopiedStorage EXT4 =
      new CopiedStorage(
          "rsync-ext4",
          EnumSet.allOf(Claim.class),
          CopiedStorage::ext4,
          tree -> CopiedStorage.ext4(ROOM));

  /** The copies are on the same server. */
  static final CopiedStorage NFS =
      new CopiedStorage(
          "rsync-nfs",
          EnumSet.of(Claim.DISPOSABLE_VIEWS, Claim.RECEIVING),
          bytes -> NfsExport.make(bytes + ROOM, "tree"),
          tree -> ((NfsExport) tree).folder("beside"));

  private static Storage ext4(long bytes) {
    return LoopDevice.make(bytes, "mkfs.ext4", "-q");
  }

  @Override
  public String backend() {
    return "rsync";
  }

  @Override
  public MountedFilesystem make(long bytes) {
    MountedFilesystem filesystem = MountedFilesystem.mount(() -> maker.apply(bytes), "");
    filesystem.mountBeside(beside.apply(filesystem.storage()), "beside");
    return filesystem;
  }

  @Override
  public Stream<Object> options(MountedFilesystem filesystem) {
    return Stream.of("--snapshot-dir=" + copies(filesystem));
  }

  private static Path copies(MountedFilesystem filesystem) {
    return filesystem.outside("beside").resolve("copies");
  }

  /** The copies and their views. */
  @Override
  public List<String> inventory(MountedFilesystem filesystem) {
    Path copies = copies(filesystem);
    return Files.exists(copies)
        ? Program.run("find", copies, "-mindepth", "1", "-maxdepth", "2", "-printf", "%P\n")
            .lines()
            .filter(path -> !path.contains("/") || path.contains("/view-"))
            .sorted()
            .toList()
        : List.of();
  }

  /** Names that an NFS client gives to what is unlinked and open. */
  @Override
  public boolean isStore(String path) {
    return path.matches("(.*/)?\\.nfs[0-9a-f]{24}");
  }
}
