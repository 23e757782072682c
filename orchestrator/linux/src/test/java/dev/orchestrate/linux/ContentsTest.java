package dev.orchestrate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentsTest {
  private static final long SIZE = 1L << 40;

  @TempDir private Path folder;

  /** A file of a terabyte with one byte at each of some places, and holes between. */
  private Fd sparse(String name, long... places) throws IOException {
    Path path = folder.resolve(name);
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long place : places) {
        file.write(ByteBuffer.wrap(new byte[] {1}), place);
      }
    }
    Fd opened = Fd.open(RawPath.of(path.toString()), Fd.O_RDWR);
    opened.truncate(SIZE);
    return opened;
  }

  @Test
  void holesAreNotRead() throws IOException {
    try (Fd one = sparse("one", 5, SIZE / 2, SIZE - 1);
        Fd same = sparse("same", 5, SIZE / 2, SIZE - 1);
        Fd other = sparse("other", 5, SIZE / 2 + 1, SIZE - 1)) {
      assertThat(Contents.areSame(one, same, SIZE)).isTrue();
      assertThat(Contents.areSame(one, other, SIZE)).isFalse();
    }
  }

  @Test
  void writtenZerosAreLikeAHole() throws IOException {
    try (Fd hole = sparse("hole", 5);
        Fd zeros = sparse("zeros", 5)) {
      zeros.seek(3 << 20);
      zeros.writeAll(new byte[3 << 20]);
      assertThat(Contents.areSame(hole, zeros, SIZE)).isTrue();
      zeros.seek(6 << 20);
      zeros.writeAll(new byte[] {0, 1});
      assertThat(Contents.areSame(hole, zeros, SIZE)).isFalse();
    }
  }

  @Test
  void theLastByteCounts() throws IOException {
    try (Fd one = sparse("one", SIZE - 1);
        Fd other = sparse("other")) {
      assertThat(Contents.areSame(one, other, SIZE)).isFalse();
    }
  }
}
