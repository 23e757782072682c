package dev.orchestrate.engine.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.TimeoutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeReaderTest {
  @TempDir private Path folder;

  private List<Checksum> read() {
    List<Checksum> found = new ArrayList<>();
    try (Directory top = Directory.open(RawPath.of(folder.toString()));
        TreeReader reader = new TreeReader(top, new Cancellation(), bytes -> {})) {
      reader.read(found::add);
    }
    return found;
  }

  private Checksum read(String path) {
    return read().stream().filter(one -> one.path().text().equals(path)).findFirst().orElseThrow();
  }

  @Test
  void everythingIsReadOnceAndInOrder() throws IOException {
    for (int i = 0; i < 1500; i++) {
      Files.createDirectories(folder.resolve("d" + i % 7));
      Files.writeString(folder.resolve("d" + i % 7 + "/" + i), "content of " + i);
    }
    Files.createSymbolicLink(folder.resolve("d1-link"), Path.of("d1"));

    List<Checksum> found = read();

    assertThat(found).hasSize(1 + 7 + 1500 + 1);
    assertThat(found).isSortedAccordingTo((a, b) -> Checksum.compare(a.path(), b.path()));
    assertThat(found).extracting(Checksum::path).doesNotHaveDuplicates();
    assertThat(read()).isEqualTo(found);
  }

  @Test
  void theContentIsWhatSha256sumSays() throws IOException {
    Files.writeString(folder.resolve("abc"), "abc");

    assertThat(read("abc").content()) // FIPS 180-2, appendix B.1
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void aLinkIsToldByWhereItLeadsAndIsNotFollowed() throws IOException {
    Files.writeString(folder.resolve("one"), "content");
    Files.writeString(folder.resolve("two"), "content");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("one"));
    Checksum before = read("link");
    Files.delete(folder.resolve("link"));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("two"));

    assertThat(before.differences(read("link"))).containsExactly("content");
  }

  @Test
  void dataModeAndAttributesTell() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "one");
    Checksum before = read("file");
    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    Files.getFileAttributeView(file, java.nio.file.attribute.UserDefinedFileAttributeView.class)
        .write("note", java.nio.ByteBuffer.wrap(new byte[] {1}));
    Files.writeString(file, "two");

    assertThat(before.differences(read("file")))
        .hasSize(3)
        .contains("content", "extended attributes")
        .anyMatch(what -> what.startsWith("mode 0700"));
  }

  @Test
  void progressCountsEachByteThatIsRead() throws IOException {
    Files.write(folder.resolve("file"), new byte[300_000]);
    AtomicLong bytes = new AtomicLong();
    try (Directory top = Directory.open(RawPath.of(folder.toString()));
        TreeReader reader = new TreeReader(top, new Cancellation(), bytes::addAndGet)) {
      reader.read(checksum -> {});
    }

    assertThat(bytes).hasValue(300_000);
  }

  @Test
  void itCanBeInterrupted() throws IOException {
    Files.write(folder.resolve("file"), new byte[1 << 22]);
    Cancellation cancellation = new Cancellation();
    try (Directory top = Directory.open(RawPath.of(folder.toString()));
        TreeReader reader = new TreeReader(top, cancellation, bytes -> cancellation.request())) {
      assertThatThrownBy(() -> reader.read(checksum -> {})).isInstanceOf(TimeoutException.class);
    }
  }
}
