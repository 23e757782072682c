package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.ChangedBlocks;
import dev.orchestrate.linux.Contents;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What two files of a btrfs share is not read to be compared, and nothing is taken for shared. */
@RequiresRoot
class SharedBlocksIT {
  private static final int BLOCK = 4096;
  private static final int SIZE = 64 << 20;
  private static final int CHANGED_AT = 33 << 20;
  private MountedFilesystem filesystem;

  private Path make(String options) {
    filesystem = MountedFilesystem.onLoop(1L << 29, options, "mkfs.btrfs", "-q");
    return filesystem.mountPoint();
  }

  @AfterEach
  void unmount() {
    filesystem.close();
  }

  private static Fd open(Path path) {
    return Fd.open(RawPath.of(path.toString()), Fd.O_RDONLY);
  }

  private static Path write(Path path, int size) throws IOException {
    byte[] content = new byte[size];
    new Random(7).nextBytes(content);
    return Files.write(path, content);
  }

  /** Into a file that is synced before. */
  private static void change(Path path, int at) {
    try (Fd file = Fd.open(RawPath.of(path.toString()), Fd.O_RDWR)) {
      file.sync();
      file.seek(at);
      file.writeAll(new byte[BLOCK]);
    }
  }

  private static List<Long> changedBlocks(Fd before, Fd after) {
    List<Long> offsets = new ArrayList<>();
    ChangedBlocks.find(
        Optional.of(before),
        after,
        new ChangedBlocks.Sink() {
          @Override
          public void data(long offset, byte[] bytes) {
            assertThat(bytes).hasSize(BLOCK);
            offsets.add(offset);
          }

          @Override
          public void hole(long offset, long length) {
            throw new AssertionError("no hole was made");
          }
        });
    return offsets;
  }

  /** How many bytes this thread has read until now; proc_pid_io(5). */
  private static long bytesRead() throws IOException {
    return Files.readAllLines(Path.of("/proc/thread-self/io")).stream()
        .filter(line -> line.startsWith("rchar: "))
        .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
        .sum();
  }

  @Test
  void ofALargeFileLittleIsReadToFindOneBlock() throws IOException {
    Path top = make("");
    Path before = write(top.resolve("before"), SIZE);
    Path after = top.resolve("after");
    Program.run("cp", "--reflink=always", before, after);
    change(after, CHANGED_AT);

    try (Fd one = open(before);
        Fd other = open(after)) {
      long read = bytesRead();
      List<Long> found = changedBlocks(one, other);
      assertThat(found).containsExactly((long) CHANGED_AT);
      assertThat(bytesRead() - read).isLessThan(SIZE / 8);
    }
  }

  /** It is in memory only: on the disk, both files still have the same blocks. */
  @Test
  void whatIsNotWrittenBackYetIsSeen() throws IOException {
    Path top = make("commit=300");
    Path before = write(top.resolve("before"), SIZE);
    Path after = top.resolve("after");
    Program.run("cp", "--reflink=always", before, after);
    change(after, CHANGED_AT);

    try (Fd one = open(before);
        Fd other = open(after)) {
      assertThat(Contents.areSame(one, other, SIZE)).isFalse();
    }
  }

  /** Two parts of one compressed extent have the same address. */
  @Test
  void partsOfACompressedExtentAreNotTakenForEachOther() throws IOException {
    Path top = make("compress-force=zstd");
    Path before = top.resolve("before");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; lines.length() < 16 * BLOCK; i++) {
      lines.append("line ").append(i).append(" of many that are much the same\n");
    }
    Files.writeString(before, lines.substring(0, 16 * BLOCK));
    Path after = Files.createFile(top.resolve("after"));
    Program.run("sync", "-f", top);
    Program.run("xfs_io", "-c", "reflink %s %d 0 %d".formatted(before, BLOCK, 8 * BLOCK), after);
    Program.run("truncate", "-s", 8 * BLOCK, before);

    try (Fd one = open(before);
        Fd other = open(after)) {
      assertThat(Contents.areSame(one, other, 8 * BLOCK)).isFalse();
    }
  }
}
