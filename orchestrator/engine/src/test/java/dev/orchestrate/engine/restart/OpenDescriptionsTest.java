package dev.orchestrate.engine.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.Manifest.TargetRecord;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat.Kind;
import dev.orchestrate.linux.proc.FileLock;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A view can be thrown away only if a restart that failed holds nothing in it any more. */
class OpenDescriptionsTest {
  private static final FileLock FLOCK = new FileLock(FileLock.Kind.FLOCK, true, 0, 0);
  private static final FileLock BYTES_2_TO_6 = new FileLock(FileLock.Kind.OFD, true, 2, 5);
  private static final FileLock FROM_2_ON = new FileLock(FileLock.Kind.OFD, false, 2, 0);
  private static final FileLock POSIX = new FileLock(FileLock.Kind.POSIX, true, 0, 0);

  @TempDir Path top;

  @BeforeEach
  void makeFiles() throws IOException {
    Files.createDirectory(top.resolve("folder"));
    Files.writeString(top.resolve("file"), "0123456789");
  }

  private static Description description(int id, String path, FileLock... locks) {
    return new Description(
        id,
        RawPath.of(path),
        Optional.empty(),
        Kind.FILE,
        Set.of(OpenFlag.O_RDWR),
        0,
        List.of(locks));
  }

  /** Opens them all, in their order, and closes them. */
  private void open(Description... descriptions) {
    open(opened -> {}, descriptions);
  }

  private void open(Consumer<OpenDescriptions> whileOpen, Description... descriptions) {
    RawPath path = RawPath.of(top.toString());
    Manifest manifest =
        new Manifest(
            Manifest.VERSION,
            "0123456789ab",
            Optional.empty(),
            Instant.EPOCH,
            "any",
            new TargetRecord(path, path, "any", RawPath.of("any")),
            Map.of(),
            RawPath.of("manifest.json"),
            0,
            List.of(),
            List.of(),
            List.of(descriptions),
            List.of(),
            List.of(),
            Optional.empty());
    try (Directory view = Directory.open(path);
        Anchors anchors = new Anchors(view, manifest, true);
        OpenDescriptions open = new OpenDescriptions(view, anchors, manifest)) {
      for (Description one : descriptions) {
        open.open(one.id());
      }
      whileOpen.accept(open);
    }
  }

  private Fd openBySomebodyElse() {
    return Fd.open(RawPath.of(top.resolve("file").toString()), Fd.O_RDWR);
  }

  /** The descriptors of this process that lead into the view. */
  private List<Path> held() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(one -> target(one).startsWith(top.toString())).toList();
    }
  }

  /** Empty for the descriptor by which they are listed. */
  private static String target(Path descriptor) {
    try {
      return Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS)
          ? Files.readSymbolicLink(descriptor).toString()
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void locksAreHeldAgain() {
    open(
        opened -> {
          try (Fd other = openBySomebodyElse()) {
            assertThatThrownBy(() -> other.flock(true)).hasMessageContaining("flock");
            assertThatThrownBy(() -> other.lockRange(true, 6, 1)).hasMessageContaining("F_OFD");
            other.lockRange(true, 7, 1);
          }
        },
        description(1, "file", FLOCK, BYTES_2_TO_6, POSIX));
  }

  @Test
  void aLockThatSomebodyElseHoldsIsNamedAndNothingStaysOpen() throws IOException {
    try (Fd other = openBySomebodyElse()) {
      other.flock(true);
      other.lockRange(true, 0, 0);
      for (FileLock lock : List.of(FLOCK, BYTES_2_TO_6, FROM_2_ON)) {
        assertThatThrownBy(() -> open(description(1, "file"), description(2, "file", POSIX, lock)))
            .isInstanceOf(ConflictException.class)
            .hasMessageContaining(top.resolve("file").toString());
      }
      assertThatThrownBy(() -> open(description(1, "file", FLOCK)))
          .hasMessageContaining("the exclusive lock (flock)");
      assertThatThrownBy(() -> open(description(1, "file", BYTES_2_TO_6)))
          .hasMessageContaining("the exclusive lock on bytes 2 to 6");
      assertThatThrownBy(() -> open(description(1, "file", FROM_2_ON)))
          .hasMessageContaining("the shared lock on bytes 2 to the end");
      assertThat(held()).as("but the other's").hasSize(1);
    }
    assertThat(held()).isEmpty();
  }

  @Test
  void aFileOfAnotherKindIsRefusedAndNothingStaysOpen() throws IOException {
    assertThatThrownBy(() -> open(description(1, "file"), description(2, "folder")))
        .isInstanceOf(DamagedException.class);

    assertThat(held()).isEmpty();
  }
}
