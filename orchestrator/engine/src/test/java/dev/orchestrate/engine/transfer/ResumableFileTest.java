package dev.orchestrate.engine.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumableFileTest {
  private static final StreamSubject STREAM =
      new StreamSubject("0123456789ab", Optional.empty(), Compression.ZSTD);
  private static final int PIECE = 100;
  private static final int EVERY = 1000;
  private static final byte[] CONTENT = new byte[10_050];

  @TempDir private Path folder;
  private final List<String> notices = new ArrayList<>();

  @BeforeEach
  void recordOften() {
    new Random(1).nextBytes(CONTENT);
    System.setProperty(ResumableFile.PROPERTY, Integer.toString(EVERY));
  }

  @AfterEach
  void recordAsUsual() {
    System.clearProperty(ResumableFile.PROPERTY);
  }

  private ResumableFile open() {
    return open(STREAM);
  }

  private ResumableFile open(StreamSubject stream) {
    return ResumableFile.open(RawPath.of(folder.toString()).resolve("file"), stream, notices::add);
  }

  private static void write(ResumableFile file, byte[] content, int end) {
    for (int start = 0; start < end; start += PIECE) {
      file.write(content, start, Math.min(PIECE, end - start));
    }
  }

  /** As one that is killed: nothing is kept but what was recorded before. */
  private void writeUntil(int end) {
    try (ResumableFile file = open()) {
      write(file, CONTENT, end);
    }
  }

  /** Writes all of it, and replies how much was there. */
  private long finish(byte[] content) throws IOException {
    try (ResumableFile file = open()) {
      write(file, content, content.length);
      file.complete();
      assertThat(Files.readAllBytes(folder.resolve("file"))).isEqualTo(content);
      assertThat(names()).containsExactly("file");
      return file.kept();
    }
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path incomplete() {
    return folder.resolve("file.incomplete");
  }

  private Path progress() {
    return folder.resolve("file.incomplete.progress");
  }

  @Test
  void aFileIsWholeAndItsOwnersOnly() throws IOException {
    assertThat(finish(CONTENT)).isZero();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("file"))))
        .isEqualTo("rw-------");
    assertThat(notices).isEmpty();
  }

  @Test
  void theNextGoesOnFromWhatWasRecorded() throws IOException {
    writeUntil(4567);

    assertThat(finish(CONTENT)).isEqualTo(4000);
    assertThat(notices).isEmpty();
  }

  @Test
  void whatIsKeptAfterAFailureIsAllOfIt() throws IOException {
    try (ResumableFile file = open()) {
      write(file, CONTENT, 4567);
      assertThat(file.keep()).isEqualTo(4567);
    }

    assertThat(finish(CONTENT)).isEqualTo(4567);
  }

  @Test
  void anInterruptionWhileItComparesLosesNothing() throws IOException {
    writeUntil(4567);
    try (ResumableFile file = open()) {
      write(file, CONTENT, 1234);
      assertThat(file.keep()).isEqualTo(4000);
    }

    assertThat(finish(CONTENT)).isEqualTo(4000);
  }

  @Test
  void whereNothingWasRecordedNothingIsLeft() throws IOException {
    writeUntil(EVERY - 1);

    assertThat(names()).isEmpty();
  }

  @Test
  void whatDiffersIsWrittenAnewFromThere() throws IOException {
    writeUntil(4567);
    byte[] other = CONTENT.clone();
    other[2345]++;

    assertThat(finish(other)).isEqualTo(2345);
    assertThat(notices).hasSize(1).allMatch(line -> line.contains("from byte 2345 on"));
  }

  @Test
  void damageIsFound() throws IOException {
    writeUntil(4567);
    byte[] there = Files.readAllBytes(incomplete());
    there[17]++;
    Files.write(incomplete(), there);

    assertThat(finish(CONTENT)).isEqualTo(17);
  }

  /** Else a kill behind the cut would leave a record of what is no more. */
  @Test
  void whatIsCutOffIsNotRecordedAnyMore() throws IOException {
    writeUntil(4567);
    byte[] other = CONTENT.clone();
    other[345]++;
    try (ResumableFile file = open()) {
      write(file, other, 500);
    }

    assertThat(finish(CONTENT)).isEqualTo(345);
  }

  @Test
  void oneThatWasCutIsWrittenFromThere() throws IOException {
    writeUntil(4567);
    Files.write(incomplete(), Arrays.copyOf(CONTENT, 1111));

    assertThat(finish(CONTENT)).isEqualTo(1111);
    assertThat(notices).hasSize(1);
  }

  @Test
  void aStreamThatEndsEarlierCutsIt() throws IOException {
    writeUntil(4567);

    assertThat(finish(Arrays.copyOf(CONTENT, 2222))).isEqualTo(2222);
  }

  @Test
  void whatIsRecordedOfAnotherStreamIsOfNoUse() throws IOException {
    StreamSubject other =
        new StreamSubject("bbbbbbbbbbbb", Optional.of("cccccccccccc"), Compression.NONE);
    try (ResumableFile file = open(other)) {
      write(file, CONTENT, 4567);
    }

    assertThat(finish(CONTENT)).isZero();
    assertThat(notices).hasSize(1).allMatch(line -> line.contains("bbbbbbbbbbbb"));
  }

  /** Then both may be somebody else's, of a program that names its files alike. */
  @Test
  void whatIsBesideARecordThatMakesNoSenseStays() throws IOException {
    writeUntil(4567);
    byte[] there = Files.readAllBytes(folder.resolve("file.incomplete"));
    for (String nonsense :
        List.of("", "null", "{", "{}", "{\"stream\":{},\"bytes\":5}", "x".repeat(100_000))) {
      Files.writeString(progress(), nonsense);

      assertThatThrownBy(() -> finish(CONTENT))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("no record of how far");
      assertThat(folder.resolve("file.incomplete")).hasBinaryContent(there);
      assertThat(progress()).hasContent(nonsense);
    }
  }

  @Test
  void halfARecordIsNoneAndGoes() throws IOException {
    writeUntil(4567);
    Files.writeString(folder.resolve("file.incomplete.progress.part"), "{");

    assertThat(finish(CONTENT)).isEqualTo(4000);
  }

  @Test
  void twoDoNotWriteOne() {
    try (ResumableFile first = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("another command is writing it");
      write(first, CONTENT, EVERY);
    }
  }

  @Test
  void whatIsNotOursIsRefusedAndStays() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "precious");
    for (Path place : List.of(incomplete(), progress())) {
      Files.createSymbolicLink(place, precious);
      refused(place);
      Files.createLink(place, precious);
      refused(place);
      Files.createDirectory(place);
      refused(place);
      Files.writeString(place, "precious");
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-rw----"));
      refused(place);
    }
    Files.writeString(incomplete(), "there is no record of it");
    refused(incomplete());
    assertThat(precious).hasContent("precious");
  }

  private void refused(Path place) throws IOException {
    List<String> before = names();
    assertThatThrownBy(this::open)
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining(place + ": is there already");
    assertThat(names()).isEqualTo(before);
    Files.delete(place);
  }

  @Test
  void oneThatIsThereIsNotReplaced() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, "precious");
    assertThatThrownBy(this::open).isInstanceOf(ConflictException.class);
    Files.delete(file);

    try (ResumableFile late = open()) {
      write(late, CONTENT, CONTENT.length);
      Files.writeString(file, "precious");
      assertThatThrownBy(late::complete).isInstanceOf(ConflictException.class);
      assertThat(late.keep()).isEqualTo(CONTENT.length);
    }

    assertThat(file).hasContent("precious");
    Files.delete(file);
    assertThat(finish(CONTENT)).isEqualTo(CONTENT.length);
  }
}
