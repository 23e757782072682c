package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is written on checkpoints, and which of them are deleted when there are many. */
@Tag("once")
public abstract class RetentionSituations extends Situation {

  /** One that was taken so many days ago, for all that its manifest says. */
  private Checkpoint checkpointDaysAgo(int days, Object... options) {
    Checkpoint checkpoint = checkpoint(options);
    Instant created = Instant.now().minus(days, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
    new EditedManifest(orchestrate().manifest(checkpoint.id()))
        .edit(manifest -> manifest.put("created", created.toString()));
    return checkpoint;
  }

  private static JsonNode entry(JsonNode report, Checkpoint checkpoint) {
    return Checkpoint.stream(report.required("checkpoints"))
        .filter(one -> one.required("id").textValue().equals(checkpoint.id()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tagsAndANoteAreShown() {
    Checkpoint tagged =
        checkpoint("--tag", "nightly", "--tag", "db=1", "--note", "before the move");
    Checkpoint plain = checkpoint();

    JsonNode list = orchestrate().run("list", "--json").expect(0).json();

    assertThat(list.get(0).required("tags").toString()).isEqualTo("[\"db=1\",\"nightly\"]");
    assertThat(list.get(0).required("note").textValue()).isEqualTo("before the move");
    assertThat(tagged.json().required("tags")).hasSize(2);
    assertThat(orchestrate().run("list").expect(0).out()).contains("TAGS", "db=1,nightly");
    assertThat(orchestrate().run("show", tagged.id()).expect(0).out())
        .contains("db=1, nightly", "before the move");
    refusedCheckpoint(2, "--tag", "two words");
    orchestrate().run("tag", plain.id(), "one", "two").expect(0);
    orchestrate().run("tag", plain.id(), "three", "--remove=one", "--note=new").expect(0);
    assertThat(orchestrate().run("show", plain.id()).expect(0).out()).contains("three, two", "new");
    refused(2, "tag", plain.id(), "no,comma");
    orchestrate().run("delete", tagged.id()).expect(0);
    orchestrate().run("tag", plain.id(), "--remove=two", "--remove=three").expect(0);
    rememberStored();
    assertThat(orchestrate().run("list").expect(0).out()).doesNotContain("TAGS");
    assertThat(orchestrate().listed()).containsExactly(plain.id());
  }

  @Test
  void theNewestOfEachDayAndWhatIsTaggedIsKept() {
    Checkpoint release = checkpointDaysAgo(40, "--tag", "release");
    Checkpoint old = checkpointDaysAgo(30);
    Checkpoint recent = checkpointDaysAgo(3);
    Checkpoint newest = checkpoint();
    Object[] prune = {"prune", filesystem().mountPoint(), "--keep-daily=2", "--keep-tag=release"};

    Outcome planned = orchestrate().run(with(prune, "--dry-run")).expect(0);
    assertThat(planned.out()).contains("daily ", "tag release", "would be deleted", "nothing was");
    assertThat(orchestrate().listed()).hasSize(4);
    noChange();
    JsonNode report = orchestrate().run(with(prune, "--json")).expect(0).json();
    rememberStored();

    assertThat(entry(report, old).required("state").textValue()).isEqualTo("deleted");
    assertThat(entry(report, release).required("reasons").toString()).contains("tag release");
    assertThat(orchestrate().listed()).containsExactly(release.id(), recent.id(), newest.id());
    assertThat(orchestrate().run(prune).expect(0).out()).doesNotContain("deleted");
  }

  private void noChange() {
    assertThat(inventory()).isEqualTo(stored());
  }

  private static Object[] with(Object[] words, Object more) {
    return Stream.concat(Arrays.stream(words), Stream.of(more)).toArray();
  }

  @Test
  void withoutARuleNothingIsDeleted() {
    checkpoint();

    assertThat(refused(2, "prune").err()).contains("say what to keep");
    refused(2, "prune", "--keep-last=0");
    refused(2, "prune", "--keep-last=-1");
    refused(3, "prune", at("elsewhere"), "--keep-last=1");
  }

  @Test
  void whatIsMountedOrBackedUpOrIncompleteStays() {
    needs(Claim.DISPOSABLE_VIEWS);
    Checkpoint mounted = checkpointDaysAgo(9);
    Checkpoint broken = checkpointDaysAgo(8);
    Checkpoint old = checkpointDaysAgo(7);
    Checkpoint newest = checkpointDaysAgo(1);
    Path view = filesystem().outside("view");
    orchestrate().run("mount", mounted.id(), view).expect(0);
    new EditedManifest(orchestrate().manifest(broken.id())).write("nonsense");
    RunningProgram backup =
        orchestrate()
            .start(
                "backup",
                "--backend=" + kind().backend(),
                filesystem().mountPoint(),
                "--",
                SubjectProgram.path());
    watched(backup.subject()).tell("pid");

    JsonNode report = orchestrate().run("prune", "--keep-last=1", "--json").expect(0).json();

    assertThat(entry(report, mounted).required("reasons").toString()).contains("is mounted at");
    assertThat(entry(report, broken).required("reasons").toString()).contains("is incomplete");
    assertThat(report.toString()).contains("a command is at work on it");
    assertThat(entry(report, newest).required("reasons").toString())
        .as("the one that goes with its backup is not the last")
        .isEqualTo("[\"last 1\"]");
    assertThat(entry(report, old).required("state").textValue()).isEqualTo("deleted");
    assertThat(backup.exit(0)).isZero();
    orchestrate().run("umount", view).expect(0);
    assertThat(orchestrate().listed())
        .containsExactlyInAnyOrder(mounted.id(), broken.id(), newest.id());
    rememberStored();
  }

  @Test
  void oneThatCanNotBeDeletedDoesNotStopTheOthers() throws Exception {
    Checkpoint unreachable = checkpointDaysAgo(9);
    Checkpoint old = checkpointDaysAgo(8);
    Checkpoint newest = checkpoint();
    EditedManifest manifest = new EditedManifest(orchestrate().manifest(unreachable.id()));
    String good = Files.readString(orchestrate().manifest(unreachable.id()));
    manifest.edit(json -> json.put("backend", "unknown"));

    Outcome outcome = orchestrate().run("prune", "--keep-last=1").expect(3);

    assertThat(outcome.err()).contains("unknown");
    assertThat(outcome.out()).contains("deleted " + old.id());
    assertThat(orchestrate().listed()).containsExactly(unreachable.id(), newest.id());
    manifest.write(good);
    rememberStored();
  }
}
