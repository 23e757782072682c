package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checkpoints that are compared with what was recorded of them. */
@Tag("once")
public abstract class VerificationSituations extends Situation {

  private Subject subjectWithFiles() {
    needs(Claim.DISPOSABLE_VIEWS);
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    subject.tell("mkdir", at("d"), 750);
    subject.tell("creat", at("d/file"), "of d");
    Program.run("ln", "-s", "/nowhere", at("d/link"));
    Program.run("mkfifo", at("d/fifo"));
    subject.tell("creat", at("a name\nof two lines"), "");
    return subject;
  }

  private Checkpoint recordedCheckpoint() {
    subjectWithFiles();
    Checkpoint checkpoint = checkpoint();
    orchestrate().run("verify", "--record", checkpoint.id()).expect(0);
    return checkpoint;
  }

  private JsonNode verified(Checkpoint checkpoint, String state) {
    int status = state.equals("intact") ? 0 : 8;
    Outcome outcome = orchestrate().run("verify", "--json", checkpoint.id()).expect(status);
    assertThat(inventory()).as("views left behind").isEqualTo(stored());
    assertThat(filesystem().strayMounts()).isEmpty();
    assertThat(outcome.json().required("state").textValue()).isEqualTo(state);
    return outcome.json();
  }

  private static List<String> differing(JsonNode report) {
    return Checkpoint.stream(report.required("differences"))
        .map(one -> one.required("path").asText() + ": " + one.required("what").get(0).asText())
        .toList();
  }

  @Test
  void whatNobodyTouchedIsAsRecorded() {
    Checkpoint checkpoint = recordedCheckpoint();
    Subject restarted = restart(checkpoint);
    restarted.tell("write", 10, " and more");
    restarted.close();

    JsonNode report = verified(checkpoint, "intact");

    assertThat(report.required("differences")).isEmpty();
    assertThat(report.required("entries").intValue()).isGreaterThan(8);
    assertThat(report.required("checksum").textValue()).matches("[0-9a-f]{64}");
    assertThat(orchestrate().run("verify", checkpoint.id()).expect(0).out())
        .contains(checkpoint.id(), report.required("checksum").textValue());
  }

  @Test
  void aCheckpointRecordsChecksumsIfAskedTo() {
    subjectWithFiles();

    Checkpoint checkpoint = checkpoint("--checksum");

    assertThat(differing(verified(checkpoint, "intact"))).isEmpty();
  }

  @Test
  void oneFlippedByteInTheStoredSnapshotIsNamed() {
    Checkpoint checkpoint = recordedCheckpoint();
    Optional<Runnable> flip = kind().byteFlip(filesystem(), orchestrate().state(), id(checkpoint));
    assumeTrue(flip.isPresent(), "this backend's test does not say how to flip a stored byte");

    flip.get().run();

    assertThat(differing(verified(checkpoint, "damaged"))).containsExactly("d/file: content");
    Outcome outcome = refused(8, "verify", checkpoint.id());
    assertThat(outcome.out()).isEqualTo("d/file: content\n");
    assertThat(outcome.err()).contains(checkpoint.id());
  }

  private static TestFilesystem.StoredFile id(Checkpoint checkpoint) {
    return new TestFilesystem.StoredFile(checkpoint.id(), "d/file");
  }

  @Test
  void anEditedManifestIsNamed() {
    Checkpoint checkpoint = recordedCheckpoint();
    Path manifest = orchestrate().manifest(checkpoint.id());
    new EditedManifest(manifest).edit(json -> json.put("frozenMicros", 1));

    assertThat(differing(verified(checkpoint, "damaged")))
        .containsExactly(manifest + ": is not the manifest that the checkpoint wrote");
  }

  /** Also where nobody has asked for checksums: that of the manifest is always kept. */
  @Test
  void anEditedManifestIsNamedWithoutOtherChecksums() {
    Checkpoint checkpoint = checkpoint();
    Path manifest = orchestrate().manifest(checkpoint.id());
    new EditedManifest(manifest).edit(json -> json.put("frozenMicros", 1));

    assertThat(refused(8, "verify", checkpoint.id()).out()).startsWith(manifest + ": ");
  }

  @Test
  void missingChecksumsAreSaidToBeMissing() {
    Checkpoint checkpoint = checkpoint();

    Outcome outcome = refused(3, "verify", checkpoint.id());

    assertThat(outcome.err())
        .contains("no checksums of its files", "orchestrate verify --record " + checkpoint.id());
  }

  @Test
  void recordedChecksumsAreNotReplaced() {
    Checkpoint checkpoint = recordedCheckpoint();

    refused(7, "verify", "--record", checkpoint.id());

    verified(checkpoint, "intact");
  }

  @Test
  void changedOrCutChecksumsAreNotBelieved() {
    Checkpoint checkpoint = recordedCheckpoint();
    EditedManifest checksums =
        new EditedManifest(orchestrate().manifest(checkpoint.id()).resolveSibling("checksums"));
    String good = checksums.text();
    List<String> bad =
        List.of(
            "",
            "nonsense",
            good.substring(0, good.length() / 2),
            good.replaceFirst("file 0", "file 4"),
            good.replaceFirst("(?m)^file .*\n", ""),
            good + "more\n");

    for (String text : bad) {
      checksums.write(text);
      assertThat(refused(8, "verify", checkpoint.id()).err()).contains("checksums");
    }
    checksums.write(good);
    verified(checkpoint, "intact");
  }

  @Test
  void anInterruptedVerificationLeavesNothing() {
    Checkpoint checkpoint = recordedCheckpoint();
    for (int call : new int[] {2, 4, 6, 8}) {
      orchestrate().runBroken("kill:" + call, "verify", checkpoint.id());
      orchestrate().run("recover").expect(0);
      assertThat(inventory()).as("killed at call " + call).isEqualTo(stored());
      orchestrate().runBroken("EIO:" + call, "verify", checkpoint.id());
      orchestrate().run("recover").expect(0);
      assertThat(inventory()).as("failed at call " + call).isEqualTo(stored());
    }
    verified(checkpoint, "intact");
  }

  @Test
  void noChecksumsAreRecordedOfALiveTree() {
    assumeFalse(claims(Claim.DISPOSABLE_VIEWS), "what is stored is apart from the live tree");
    Checkpoint checkpoint = checkpoint();

    assertThat(refused(4, "verify", "--record", checkpoint.id()).err()).contains("live tree");
    refusedCheckpoint(4, "--checksum");
  }
}
