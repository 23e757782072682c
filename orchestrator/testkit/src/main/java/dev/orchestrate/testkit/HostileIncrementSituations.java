package dev.orchestrate.testkit;

import static dev.orchestrate.testkit.StreamStep.file;
import static dev.orchestrate.testkit.StreamStep.link;
import static dev.orchestrate.testkit.StreamStep.step;
import static dev.orchestrate.testkit.StreamStep.symlink;
import static dev.orchestrate.testkit.StreamStep.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Streams of differences that are damaged, or that somebody made who means harm: refused, and
 * nothing is left but their parent, as it was.
 */
@Tag("once")
public abstract class HostileIncrementSituations extends TransferredSituation {
  private static final int PLACES = 8;

  private Checkpoint parent;

  private Path goodStream() {
    filesystem().change("echo 1 >file; mkfifo fifo");
    parent = checkpointOfAllKinds();
    receive(send(parent)).expect(0);
    rememberElsewhere();
    filesystem().change("echo 2 >>file; mkdir folder");
    return send(checkpoint(), "--parent", parent.id(), "--compress=none");
  }

  @Test
  void aDamagedStreamOfDifferencesLeavesTheParentOnly() {
    Path stream = goodStream();
    byte[] good = StreamRecords.bytes(stream);
    for (int i = 0; i < PLACES; i++) {
      int place = (int) ((long) good.length * i / PLACES);
      refusedReceipt(8, streamOf(Arrays.copyOf(good, place)));
      byte[] bad = good.clone();
      bad[good.length - 40 - place / 2] ^= (byte) (1 << i % 8);
      refusedReceipt(8, streamOf(bad));
    }
    receive(stream).expect(0);
    assertThat(content(restartElsewhere(parent), 11)).isEqualTo("orphan");
  }

  @Test
  void anotherParentOfThatIdIsRefused() {
    StreamRecords good = StreamRecords.of(goodStream());
    String named = new String(good.contents('P'), UTF_8);
    String other = named.replaceFirst("\"digest\":\"....", "\"digest\":\"0000");
    assertThat(other).isNotEqualTo(named);

    Outcome outcome = refusedReceipt(7, streamOf(good.with('P', other.getBytes(UTF_8)).bytes()));

    assertThat(outcome.err()).contains(parent.id(), "the manifests differ");
    for (String none : List.of("{}", "null", "[]", named.replaceFirst("[0-9a-f]{12}", "../../x"))) {
      refusedReceipt(8, streamOf(good.with('P', none.getBytes(UTF_8)).bytes()));
    }
  }

  @Test
  void stepsThatLeadOutOfTheTreeAreRefused() {
    StreamRecords good = StreamRecords.of(goodStream());
    Path outside = elsewhere().outside("outside");
    Path victim = StreamRecords.write(outside.resolve("victim"), "precious".getBytes(UTF_8));
    String up = "../".repeat(4) + "outside";
    List<List<StreamStep>> bad =
        List.of(
            List.of(file(up + "/planted")),
            List.of(file("x/../../planted")),
            List.of(file(outside + "/planted")),
            List.of(file("..")),
            List.of(file(".")),
            List.of(file("")),
            List.of(write(victim)),
            List.of(symlink("x", outside), file("x/planted")),
            List.of(symlink("x", outside), write("x/victim")),
            List.of(symlink("x", outside), step('r', "x/victim")),
            List.of(symlink("x", outside), step('k', "x/victim", 1)),
            List.of(symlink("x", outside), step('t', "x/victim", 0L)),
            List.of(symlink("x", outside), step('d', "x/planted")),
            List.of(symlink("x", outside), link("y", "x/victim"), write("y")),
            List.of(symlink("x", victim), write("x")),
            List.of(symlink("x", victim), step('t', "x", 0L)),
            List.of(symlink("x", victim), step('k', "x", 1), step('m', "y", 1), write("y")),
            List.of(symlink("x", victim), link("y", "x"), write("y")),
            List.of(link("y", up + "/victim"), write("y")),
            List.of(step('m', "y", 7)),
            List.of(step('r', "lost+found"), symlink("lost+found", outside)),
            List.of(step('r', up)));
    for (List<StreamStep> steps : bad) {
      refusedReceipt(8, streamOf(with(steps, good)));
      assertThat(Program.run("find", outside, "-printf", "%P %n,")).isEqualTo(" 2,victim 1,");
      assertThat(Program.read(victim)).as(steps.toString()).isEqualTo("precious");
    }
  }

  @Test
  void stepsThatDoNotFitTheTreeAreRefused() {
    StreamRecords good = StreamRecords.of(goodStream());
    List<StreamStep> bad =
        List.of(
            write("none"),
            write("fifo"),
            write("lost+found"),
            file("file"),
            step('t', "file", -1L),
            step('w', "file", -1L, "x"),
            step('h', "file", 0L, 0L),
            step('a', "file", 0, 0, 0100000, 0L, 0, 0),
            step('a', "file", 0, 0, 0644, 0L, 0x3fffffff, 0),
            step('a', "file", 0, 0, 0644, 0L, 0, 1, "trusted.overlay.redirect", "/x"),
            step('?', "file"),
            step('l', "x"));
    for (StreamStep step : bad) {
      refusedReceipt(8, streamOf(with(List.of(step), good)));
    }
    byte[] endless = {'f', 0x7f, 0, 0, 0};
    refusedReceipt(8, streamOf(good.with('D', endless).bytes()));
  }

  @Test
  void devicesAmongDifferencesAreRefusedToo() {
    StreamRecords good = StreamRecords.of(goodStream());
    Path stream = streamOf(with(List.of(step('c', "null", 0x103L)), good));

    assertThat(refusedReceipt(7, stream).err()).contains("null", "--devices");

    receive(stream, "--devices").expect(0);
  }

  /** What is meant to harm comes first, and then the differences as they should be. */
  private static byte[] with(List<StreamStep> steps, StreamRecords good) {
    return good.with('D', StreamStep.before(steps, good.contents('D'))).bytes();
  }
}
