package dev.orchestrate.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.DamagedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** No manifest, whoever wrote it, breaks the reader or leads out of the view. */
class HostileManifestsTest {
  /** How many are tried; {@code ./verify} sets a million. */
  static final String COUNT = "orchestrate.test.hostile-manifests";

  /** What {@code ./verify} adds up. */
  private static final Path FIGURES = Path.of("target/figures.tsv");

  @TempDir private Path folder;
  private final Set<RawPath> resolved = new HashSet<>();
  private long opened;
  private long tried;

  /** Paths that lead out of the view, each in its own way, if anybody follows them. */
  private Directory makeView() throws IOException {
    Path view = folder.resolve("view");
    Files.createDirectories(view.resolve("d"));
    Files.writeString(folder.resolve("outside"), "outside");
    Files.writeString(view.resolve("file"), "inside");
    Files.writeString(view.resolve("d/file"), "inside");
    Files.createSymbolicLink(view.resolve("link"), Path.of("/etc"));
    Files.createSymbolicLink(view.resolve("chain"), Path.of("link"));
    Files.createSymbolicLink(view.resolve("up"), Path.of(".."));
    Files.createSymbolicLink(view.resolve("d/up"), Path.of("../.."));
    Files.createSymbolicLink(view.resolve("self"), Path.of("../view"));
    Files.createSymbolicLink(view.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(view.resolve("magic"), Path.of("/proc/self"));
    return Directory.open(RawPath.of(view.toRealPath().toString()));
  }

  @Test
  @Tag("once")
  void noManifestLeadsOutOfTheViewOrBreaksTheReader(TestReporter reporter) throws IOException {
    int count = Integer.getInteger(COUNT, 20_000);
    long seed = Long.getLong(COUNT + ".seed", System.nanoTime());
    HostileManifests manifests = new HostileManifests(seed);
    int accepted = 0;
    try (Directory view = makeView()) {
      for (int i = 0; i < count; i++) {
        byte[] json = manifests.next();
        try {
          requireHarmless(ManifestFormat.read(json, "it"), view);
          accepted++;
        } catch (DamagedException e) {
          requireOneLine(e);
        } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
          String text = new String(json, StandardCharsets.UTF_8);
          throw new AssertionError(
              "seed " + seed + ", manifest " + i + ": " + ManifestChecks.shortened(text), e);
        }
      }
    }
    String line =
        count
            + " tried, "
            + accepted
            + " of them accepted, "
            + opened
            + " of "
            + tried
            + " different paths in them lead to something, none out of the view";
    reporter.publishEntry("hostile manifests", line);
    Files.writeString(FIGURES, count + "\thostile manifests\n");
    assertThat(accepted).as("some changes do no harm").isBetween(1, count - 1);
    assertThat(accepted).as("and many do none").isGreaterThan(count / 20);
    assertThat(opened).as("paths that are there").isPositive();
  }

  /** Without AssertJ, which would take longer than all the rest. */
  private static void requireOneLine(DamagedException e) {
    String message = e.getMessage();
    boolean good = message.startsWith("it: ") && message.length() < 500;
    for (int i = 0; good && i < message.length(); i++) {
      good = message.charAt(i) >= ' ';
    }
    if (!good) {
      throw new AssertionError(e);
    }
  }

  private void requireHarmless(Manifest manifest, Directory view) {
    for (RawPath path : (Iterable<RawPath>) ManifestPaths.onTarget(manifest)::iterator) {
      if (resolved.size() > 100_000) {
        resolved.clear();
      }
      if (resolved.add(path)) {
        requireInside(path, view);
      }
    }
    for (ProcessRecord process : manifest.processes()) {
      for (ProcessRecord.Descriptor descriptor : process.descriptors()) {
        require(descriptor.number() >= 0 && descriptor.number() < 1 << 20);
      }
    }
    manifest.descriptions().forEach(description -> require(description.offset() >= 0));
    require(manifest.id().length() == 12);
  }

  /** As a restart opens it, and with what the kernel then says where that is. */
  private void requireInside(RawPath path, Directory view) {
    require(path.isPlainRelative());
    tried++;
    try (Fd found = view.openBeneath(path, Fd.O_PATH)) {
      opened++;
      require(found.kernelPath().isBelow(view.subject()));
    } catch (SystemCallException e) {
      // it is not there, or leads out: either way nothing was opened
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("not harmless");
    }
  }

  /** JUnit would warn of each that leads out of its folder. */
  @AfterEach
  void removeLinks() throws IOException {
    for (String link : List.of("link", "magic", "up", "d/up", "self", "loop", "chain")) {
      Files.deleteIfExists(folder.resolve("view").resolve(link));
    }
  }

  @Test
  void aManifestNestedDeeplyIsRefused() {
    requireDamaged("[".repeat(1 << 20));
    requireDamaged("{\"relinks\":".repeat(1 << 18));
  }

  @Test
  void hugeNumbersAreRefused() {
    requireDamaged("{\"version\":1" + "0".repeat(1 << 22) + "}");
    requireDamaged("{\"version\":1e999999999}");
    requireDamaged("{\"version\":1,\"frozenMicros\":" + "9".repeat(900) + "}");
  }

  @Test
  void aHugeNameIsRefused() {
    requireDamaged("{\"" + "n".repeat(1 << 20) + "\":1}");
    requireDamaged("{\"id\":\"" + "n".repeat(64 << 20) + "\"}");
  }

  /** As many values as fit, none of which takes much room in the file. */
  @Test
  void aHugeArrayIsRefused() {
    byte[] json = new byte[(int) ManifestFormat.LARGEST];
    Arrays.fill(json, (byte) ',');
    for (int i = 1; i < json.length; i += 2) {
      json[i] = '1';
    }
    byte[] start = "{\"version\":1,\"warnings\":[1".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(start, 0, json, 0, start.length);

    assertThatThrownBy(() -> ManifestFormat.read(json, "it")).isInstanceOf(DamagedException.class);
  }

  private static void requireDamaged(String json) {
    assertThatThrownBy(() -> ManifestFormat.read(json.getBytes(StandardCharsets.US_ASCII), "it"))
        .isInstanceOf(DamagedException.class)
        .satisfies(e -> requireOneLine((DamagedException) e));
  }
}
