package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checkpoints that are compared with the live tree, and with one another. */
@Tag("once")
public abstract class DiffSituations extends Situation {

  /** Files of all kinds, and some that no name reaches, by any name or by the one it was. */
  private Checkpoint checkpointOfManyFiles() {
    needs(Claim.DISPOSABLE_VIEWS);
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    sh(
        "mkdir -p d/deep/deeper gone/with",
        "for name in data mode owner moved; do echo same >d/$name; done",
        "echo same >d/dated",
        "touch -d 2001-01-01 d/data",
        "echo down >d/deep/deeper/down",
        "echo gone >gone/with/file",
        "ln -s nowhere d/link",
        "mkfifo d/fifo",
        "ln d/moved d/hard",
        "echo kind >kind");
    return checkpoint();
  }

  private void sh(String... lines) {
    Program.run("sh", "-ec", "cd " + filesystem().mountPoint() + "\n" + String.join("\n", lines));
  }

  /** What the command lists; it has to leave nothing behind. */
  private List<String> diff(Object... words) {
    Object[] command = Stream.concat(Stream.of("diff"), Arrays.stream(words)).toArray();
    Outcome outcome = orchestrate().run(command).expect(0);
    assertThat(inventory()).as("views left behind").isEqualTo(stored());
    assertThat(filesystem().strayMounts()).isEmpty();
    return outcome.out().lines().toList();
  }

  @Test
  void whereNothingChangedNothingIsListed() {
    Checkpoint checkpoint = checkpointOfManyFiles();
    Checkpoint second = checkpoint();

    assertThat(diff(checkpoint.id())).isEmpty();
    assertThat(diff(checkpoint.id(), second.id())).isEmpty();
    assertThat(diff("--exit-code", checkpoint.id())).isEmpty();
    assertThat(orchestrate().run("diff", "--json", checkpoint.id()).expect(0).json()).isEmpty();
  }

  @Test
  void eachChangeIsListedOnce() {
    Checkpoint checkpoint = checkpointOfManyFiles();
    sh(
        "mkdir new",
        "echo new >new/file",
        "rm -r gone",
        "mv d/moved d/elsewhere",
        "echo SAME >d/data",
        "touch -d 2001-01-01 d/data",
        "chmod 600 d/mode",
        "chown 12:34 d/owner",
        "touch -d 2002-02-02 d/dated",
        "ln -sfn somewhere d/link",
        "rm kind",
        "mkdir kind",
        "touch kind/inside",
        "chmod 700 d/deep");
    Checkpoint second = checkpoint();
    List<String> expected =
        List.of(
            "M d/data",
            "M d/dated",
            "M d/deep",
            "+ d/elsewhere",
            "M d/link",
            "M d/mode",
            "- d/moved",
            "M d/owner",
            "- gone",
            "- gone/with",
            "- gone/with/file",
            "M kind",
            "+ kind/inside",
            "+ new",
            "+ new/file");

    assertThat(diff(checkpoint.id())).isEqualTo(expected);
    assertThat(diff(checkpoint.id(), second.id())).isEqualTo(expected);
    assertThat(diff(second.id(), checkpoint.id()))
        .contains("- new", "- new/file", "+ gone/with/file", "M d/data", "M kind", "- kind/inside")
        .hasSameSizeAs(expected);
    assertThat(diff(second.id())).isEmpty();
  }

  @Test
  void scriptsAreToldWhatDiffers() {
    Checkpoint checkpoint = checkpointOfManyFiles();
    sh("echo more >>d/data", "chmod 4711 d/mode", "rm kind");

    JsonNode json = orchestrate().run("diff", "--json", checkpoint.id()).expect(0).json();
    List<String> lines = new ArrayList<>();
    json.forEach(
        one ->
            lines.add(
                one.required("change").asText()
                    + " "
                    + one.required("path").asText()
                    + " "
                    + one.required("what")));

    assertThat(lines)
        .containsExactly(
            "changed d/data [\"date of modification\",\"size 10, not 5\"]",
            "changed d/mode [\"mode 4711, not 0644\"]",
            "removed kind []");
    orchestrate().run("diff", "--exit-code", checkpoint.id()).expect(10);
  }

  @Test
  void extendedAttributesAreCompared() {
    needs(Claim.EXTENDED_ATTRIBUTES);
    Checkpoint checkpoint = checkpointOfManyFiles();
    Program.run("setfattr", "-n", "user.color", "-v", "red", at("d/mode"));
    Program.run("setfattr", "-n", "user.color", "-v", "red", at("d"));

    assertThat(diff(checkpoint.id())).containsExactly("M d", "M d/mode");
  }

  @Test
  void otherDataOfTheSameSizeAndDateAreFound() {
    Checkpoint checkpoint = checkpointOfManyFiles();
    sh("date=$(stat -c %y d/mode)", "echo else >d/mode", "touch -d \"$date\" d/mode");

    assertThat(diff(checkpoint.id())).containsExactly("M d/mode");
  }

  @Test
  void namesOfAnyBytesAreListedOnOneLine() {
    Checkpoint checkpoint = checkpointOfManyFiles();
    sh("touch \"$(printf 'two\\nlines')\" \"$(printf 'bad\\377')\" ./-rf ' '");

    assertThat(diff(checkpoint.id())).hasSize(4).allMatch(line -> line.startsWith("+ "));
  }

  @Test
  void whatIsMountedInTheTreeIsNotComparedAndSaid() {
    sh("mkdir mounted");
    Checkpoint checkpoint = checkpointOfManyFiles();
    filesystem().tmpfs(at("mounted"));
    sh("touch mounted/file beside");

    Outcome outcome = orchestrate().run("diff", checkpoint.id()).expect(0);

    assertThat(outcome.out()).isEqualTo("+ beside\n");
    assertThat(outcome.err()).contains("mounted", "not compared");
  }

  @Test
  void aDeepTreeAndALargeFolderAreCompared() {
    Checkpoint checkpoint = checkpointOfManyFiles();
    sh(
        "deep=$(printf 'x/%.0s' $(seq 700))",
        "mkdir -p $deep", "touch ${deep}bottom", "mkdir many", "cd many", "seq 5000 | xargs touch");

    assertThat(diff(checkpoint.id())).hasSize(700 + 1 + 1 + 5000);
  }

  @Test
  void checkpointsOfOtherPathsAreRefused() {
    Checkpoint checkpoint = checkpoint();
    Checkpoint other = checkpoint();
    new EditedManifest(orchestrate().manifest(other.id()))
        .edit(json -> ((ObjectNode) json.required("target")).put("path", "/elsewhere"));

    assertThat(refused(2, "diff", checkpoint.id(), other.id()).err()).contains("/elsewhere");
    refused(3, "diff", other.id());
    refused(3, "diff", checkpoint.id(), "nonsense");
    refused(3, "diff", "nonsense");
  }

  @Test
  void anInterruptedComparisonLeavesNothing() {
    Checkpoint checkpoint = checkpointOfManyFiles();
    for (int step : new int[] {1, 3, 5, 7}) {
      for (String fault : List.of("kill:", "EIO:")) {
        orchestrate().runBroken(fault + step, "diff", checkpoint.id());
        orchestrate().run("recover").expect(0);
        assertThat(inventory()).as(fault + step).isEqualTo(stored());
      }
    }
    assertThat(diff(checkpoint.id())).isEmpty();
  }

  @Test
  void aLiveTreeIsNotComparedWithItself() {
    assumeFalse(claims(Claim.DISPOSABLE_VIEWS), "what is stored is apart from the live tree");

    assertThat(refused(4, "diff", checkpoint().id()).err()).contains("live tree");
  }
}
