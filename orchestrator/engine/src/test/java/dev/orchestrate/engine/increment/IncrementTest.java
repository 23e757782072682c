package dev.orchestrate.engine.increment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.engine.owner.TreeOwners;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever becomes of a tree, the steps make of a copy of the earlier one the later one. */
class IncrementTest {
  private static final TreeOwners SAME_OWNERS = new TreeOwners(OwnerMap.NONE, RawPath.EMPTY);

  private static final String[] NAMES = {"a", "b", "c", "d", "a/a", "a/b", "b/a", "b/c", "c/a/b"};
  private static final int DEEDS = 40;
  private static final String DESCRIPTION =
      """
      find . -printf '%P %y %m %T@ %l\\n' | LC_ALL=C sort
      find . ! -type d -printf '%P\\t%i\\n' | LC_ALL=C sort |
        awk -F '\\t' '$2 in first { print "link", $1, first[$2]; next } { first[$2] = $1 }'
      find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r md5sum
      """;

  /** {@code -al} gives both trees the same inodes, which then must not be written to. */
  @ParameterizedTest
  @CsvSource({"-a,1", "-a,2", "-a,3", "-al,4", "-al,5", "-al,6"})
  void randomDeedsAreDoneAgainInACopy(String how, long seed, @TempDir Path folder)
      throws IOException {
    Random random = new Random(seed);
    boolean mayWrite = how.equals("-a");
    run(folder, "mkdir before; cd before; " + deeds(random, mayWrite));
    run(folder, "cp " + how + " before after; cd after; " + deeds(random, mayWrite));
    run(folder, "cp -a before copy");

    byte[] steps = steps(folder.resolve("before"), folder.resolve("after"));
    try (Directory copy = open(folder.resolve("copy"))) {
      new TreeUpdate(copy, SAME_OWNERS, line -> {}).apply(new ByteArrayInputStream(steps));
    }

    assertThat(run(folder, "cd copy; " + DESCRIPTION))
        .isEqualTo(run(folder, "cd after; " + DESCRIPTION));
  }

  private static String deeds(Random random, boolean mayWrite) {
    List<String> deeds = new ArrayList<>();
    for (int i = 0; i < DEEDS; i++) {
      String one = NAMES[random.nextInt(NAMES.length)];
      String other = NAMES[random.nextInt(NAMES.length)];
      List<String> possible =
          List.of(
              "mkdir -p " + one,
              "rm -rf " + one,
              "mv -T " + one + " " + other,
              "ln -T " + one + " " + other,
              "ln -fT " + one + " " + other,
              "[ -e %1$s ] || echo %2$d >%1$s".formatted(one, i),
              "[ -e %1$s ] || head -c %2$d /dev/urandom >%1$s".formatted(one, 3000 * i),
              "ln -sT " + other + " " + one,
              "mkfifo " + one,
              mayWrite ? "[ ! -f %1$s ] || echo %2$d >>%1$s".formatted(one, i) : "true",
              mayWrite ? "[ ! -f %1$s ] || truncate -s %2$d %1$s".formatted(one, 900 * i) : "true",
              mayWrite ? "chmod " + (random.nextBoolean() ? "640 " : "751 ") + one : "true");
      deeds.add(possible.get(random.nextInt(possible.size())));
    }
    return "{ " + String.join("; ", deeds) + "; } 2>/dev/null; true";
  }

  private static byte[] steps(Path one, Path other) throws IOException {
    ByteArrayOutputStream steps = new ByteArrayOutputStream();
    Manifest manifest = manifest();
    try (Directory before = open(one);
        Directory after = open(other)) {
      new Increment(manifest, manifest, new Cancellation()).write(before, after, steps);
    }
    return steps.toByteArray();
  }

  private static Directory open(Path path) {
    return Directory.open(RawPath.of(path.toString()));
  }

  private static String run(Path folder, String script) {
    ExternalProgram.Result result =
        ExternalProgram.run(
            Duration.ofMinutes(1), List.of("bash", "-c", "cd \"$0\"; " + script, "" + folder));
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  private static Manifest manifest() {
    return new Manifest(
        1,
        "0123456789ab",
        Optional.empty(),
        Instant.EPOCH,
        "btrfs",
        new Manifest.TargetRecord(RawPath.ROOT, RawPath.ROOT, "btrfs", RawPath.EMPTY),
        Map.of(),
        RawPath.of("lost+found/checkpoint/0123456789ab/manifest.json"),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }
}
