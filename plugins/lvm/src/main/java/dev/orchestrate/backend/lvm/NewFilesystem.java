package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.SystemFailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An empty filesystem on a thin volume that lvcreate(8) has just made for it, so that nothing can
 * be on it: mke2fs(8) looks for that only where somebody could be asked.
 *
 * @param device of the volume, active
 */
record NewFilesystem(FilesystemKind kind, RawPath device) {

  /** The program that makes such filesystems, and the package that has it. */
  record Maker(String program, String packages) {
    static Maker of(FilesystemKind kind) {
      return switch (kind) {
        case EXT4 -> new Maker("mkfs.ext4", "e2fsprogs");
        case XFS -> new Maker("mkfs.xfs", "xfsprogs");
      };
    }

    boolean isInstalled() {
      return Programs.find(program).isPresent();
    }
  }

  /**
   * Makes it. No blocks are discarded, as a thin volume begins without any.
   *
   * @param origin a device with a filesystem of the same kind, mounted perhaps, which has room for
   *     as many files
   * @throws OrchestrateException if there is no such program, or it fails
   */
  void makeLike(RawPath origin) {
    List<String> words = new ArrayList<>(options(origin));
    words.add(device.text());
    run(Maker.of(kind), words);
  }

  private List<String> options(RawPath origin) {
    return switch (kind) {
      case EXT4 -> ext4Options(origin);
      case XFS -> List.of("-q", "-K");
    };
  }

  /**
   * Unwritten inode tables and journal read as zeros here, and take nothing of the pool; see {@link
   * FilesystemKind#EXT4} for why they stay so. The number of inodes is fixed when the filesystem is
   * made: a tree of many small files needs what its origin was given.
   */
  private static List<String> ext4Options(RawPath origin) {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("-q", "-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=1"));
    List<String> superblock = superblock(origin);
    value(superblock, "Block size:").ifPresent(size -> options.addAll(List.of("-b", size)));
    value(superblock, "Inode count:").ifPresent(count -> options.addAll(List.of("-N", count)));
    return options;
  }

  private static List<String> superblock(RawPath device) {
    return run(new Maker("dumpe2fs", "e2fsprogs"), List.of("-h", device.text()))
        .out()
        .lines()
        .toList();
  }

  private static Optional<String> value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst();
  }

  private static Result run(Maker maker, List<String> words) {
    Result result = Programs.run(maker.program(), maker.packages(), words);
    if (result.status() != 0) {
      throw failure(maker, result.err().strip());
    }
    return result;
  }

  private static OrchestrateException failure(Maker maker, String said) {
    String message =
        "making a filesystem: %s: %s".formatted(maker.program(), RawPath.printable(said));
    return said.contains("No space left on device")
        ? new NoSpaceException(message, "enlarge the thin pool: lvextend -L+SIZE POOL")
        : new SystemFailureException(message, "see what the kernel says: dmesg");
  }
}
