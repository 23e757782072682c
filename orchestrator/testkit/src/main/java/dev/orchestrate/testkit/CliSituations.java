package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the commands report, to people and to scripts. */
@Tag("once")
public abstract class CliSituations extends Situation {

  private Checkpoint checkpointOfReplacedA() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    return checkpoint();
  }

  private JsonNode json(Object... command) {
    return withoutRemark(command).json();
  }

  private Outcome withoutRemark(Object... command) {
    Outcome outcome = orchestrate().run(command).expect(0);
    assertThat(outcome.err()).isEmpty();
    return outcome;
  }

  @Test
  void aCheckpointReportsWhatItDid() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Checkpoint checkpoint = checkpoint();

    JsonNode json = checkpoint.json();
    assertThat(checkpoint.id()).matches("[0-9a-f]{12}");
    assertThat(json.required("backend").textValue()).isEqualTo(kind().backend());
    assertThat(Instant.parse(json.required("created").textValue()))
        .isBetween(Instant.now().minusSeconds(600), Instant.now());
    assertThat(json.required("target").asText()).isEqualTo(filesystem().mountPoint().toString());
    assertThat(checkpoint.frozenMicros()).isPositive();
    assertThat(checkpoint.processes()).containsExactly(subject.pid());
    assertThat(json.required("snapshot").isMissingNode()).isFalse();
    assertThat(json.required("warnings")).isEmpty();
  }

  @Test
  void checkpointIsWhatHappensWithoutACommand() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    JsonNode json = json("--json", "--backend=" + kind().backend(), filesystem().mountPoint());
    rememberStored();

    assertThat(content(restart(new Checkpoint(json)), 10)).isEqualTo("old");
  }

  @Test
  void peopleAreToldTheIdAndTheFrozenTime() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Outcome outcome =
        orchestrate()
            .run("checkpoint", "--backend=" + kind().backend(), filesystem().mountPoint())
            .expect(0);
    rememberStored();

    String id = json("list", "--json").get(0).required("id").textValue();
    assertThat(outcome.out()).contains(id).containsPattern("frozen.*\\d+(\\.\\d+)? ?ms");
    assertThat(outcome.out()).doesNotContain("\u001b");
  }

  @Test
  void quietlyOnlyTheIdIsTold() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Object[] checkpoint = {"-q", "--backend=" + kind().backend(), filesystem().mountPoint()};
    String id = withoutRemark(checkpoint).out().strip();

    assertThat(json("list", "--json").get(0).required("id").textValue()).isEqualTo(id);
    assertThat(withoutRemark("-q", "list").out()).contains(id);
    assertThat(withoutRemark("-q", "delete", id).out()).isEmpty();
  }

  @Test
  void aDryRunTellsThePlanAndChangesNothing() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    Tree before = filesystem().tree(kind());

    String plan =
        orchestrate()
            .run(
                "checkpoint",
                "--dry-run",
                "--backend=" + kind().backend(),
                filesystem().mountPoint())
            .expect(0)
            .out();

    assertThat(plan).contains(kind().backend()).contains("a");
    assertThat(plan).containsPattern("freeze +" + subject.pid() + " [a-z]+\n");
    assertThat(filesystem().tree(kind())).isEqualTo(before);
    assertThat(json("list", "--json")).isEmpty();
  }

  @Test
  void checkpointsAreListedAndShown() {
    Checkpoint first = checkpointOfReplacedA();
    Checkpoint second = checkpoint();

    JsonNode list = json("list", "--json");

    assertThat(list.findValuesAsText("id")).containsExactlyInAnyOrder(first.id(), second.id());
    JsonNode entry = list.get(0);
    assertThat(entry.required("backend").textValue()).isEqualTo(kind().backend());
    assertThat(entry.required("state").textValue()).isEqualTo("complete");
    assertThat(entry.required("relinks").intValue()).isEqualTo(1);
    assertThat(entry.required("frozenMicros").longValue()).isPositive();
    assertThat(json("show", first.id(), "--json")).isEqualTo(manifest(first));
    assertThat(orchestrate().run("list").expect(0).out()).contains(first.id(), second.id());
    assertThat(orchestrate().run("show", first.id()).expect(0).out()).contains(first.id());
  }

  @Test
  void filesTellWhatWasOpen() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    subject.tell("chdir", filesystem().mountPoint());
    Checkpoint checkpoint = checkpoint();

    JsonNode files = json("files", checkpoint.id(), "--json");

    JsonNode unlinked =
        Checkpoint.stream(files)
            .filter(file -> file.path("descriptor").asInt(-1) == 10)
            .findFirst()
            .orElseThrow();
    assertThat(unlinked.required("pid").longValue()).isEqualTo(subject.pid());
    assertThat(unlinked.required("process").textValue()).isEqualTo("subject");
    if (claims(Claim.ORIGINAL_NAMES)) {
      assertThat(unlinked.required("path").textValue()).endsWith("a");
    }
    assertThat(unlinked.required("deleted").booleanValue()).isTrue();
    assertThat(unlinked.required("relinked").textValue())
        .isEqualTo(checkpoint.relink().relinked().text());
    assertThat(unlinked.required("offset").longValue()).isEqualTo(3);
    assertThat(files.findValuesAsText("role")).contains("cwd");
  }

  @Test
  void aShortIdIsEnough() {
    Checkpoint checkpoint = checkpointOfReplacedA();

    JsonNode shown = json("show", checkpoint.id().substring(0, 4), "--json");

    assertThat(shown.required("id").textValue()).isEqualTo(checkpoint.id());
  }

  @Test
  void aDeletedCheckpointLeavesNothing() {
    List<String> before = inventory();
    Subject subject = newSubject();
    replaceA(subject, 10);
    Checkpoint checkpoint = checkpoint();

    orchestrate().run("delete", checkpoint.id()).expect(0);

    assertThat(inventory()).isEqualTo(before);
    subject.close(); // an open file may have a name that is its filesystem's own
    assertThat(Tree.of(filesystem().mountPoint(), path -> false).names().keySet())
        .containsExactlyInAnyOrderElementsOf(filesystem().tree(kind()).names().keySet());
    assertThat(orchestrate().manifest(checkpoint.id()).getParent()).doesNotExist();
    assertThat(json("list", "--json")).isEmpty();
    rememberStored();
    refused(3, "show", checkpoint.id());
  }

  @Test
  void aViewIsMountedForAnyTool() throws Exception {
    needs(Claim.DISPOSABLE_VIEWS);
    Checkpoint checkpoint = checkpointOfReplacedA();
    Path view = filesystem().outside("view");
    String relinked = checkpoint.relink().relinked().text();

    for (int i = 0; i < 2; i++) {
      orchestrate().run("mount", checkpoint.id(), view).expect(0);
      assertThat(Program.read(view.resolve("b"))).isEqualTo("old");
      assertThat(Program.read(view.resolve(relinked))).isEqualTo("old");
      Files.writeString(view.resolve("b"), "written into the view");
      Files.delete(view.resolve("a"));
      orchestrate().run("umount", view).expect(0);
      assertThat(view).isEmptyDirectory();
    }

    assertThat(Program.read(at("b"))).isEqualTo("old");
  }

  @Test
  void twoViewsOfOneCheckpointAreApart() throws Exception {
    needs(Claim.DISPOSABLE_VIEWS);
    Checkpoint checkpoint = checkpointOfReplacedA();
    Path one = filesystem().outside("one");
    Path other = filesystem().outside("other");

    orchestrate().run("mount", checkpoint.id(), one).expect(0);
    orchestrate().run("mount", checkpoint.id(), other).expect(0);
    Files.writeString(one.resolve("b"), "changed");
    assertThat(Program.read(other.resolve("b"))).isEqualTo("old");
    orchestrate().run("umount", one).expect(0);
    assertThat(Program.read(other.resolve("b"))).isEqualTo("old");
    orchestrate().run("umount", other).expect(0);
  }

  @Test
  void backendsThatFitAPathAreNamed() {
    JsonNode backends = json("backends", filesystem().mountPoint(), "--json");

    JsonNode ours = ours(backends);
    assertThat(ours.required("fits").booleanValue()).isTrue();
    assertThat(orchestrate().run("backends").expect(0).out()).contains(kind().backend());
  }

  @Test
  void theBestBackendIsChosenAndTheChoiceIsExplained() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    Path target = filesystem().mountPoint();
    JsonNode before = ours(json("backends", target, "--json"));
    rememberStored();

    Outcome outcome = orchestrate().run("checkpoint", "--backend=best", target).expect(0);
    rememberStored();

    JsonNode after = ours(json("backends", target, "--json"));
    assertThat(before.required("frozenMicros")).isEmpty();
    assertThat(before.required("expected").required("processes").intValue()).isEqualTo(1);
    assertThat(before.required("expected").required("held").intValue()).isPositive();
    assertThat(before.required("expected").required("lookMicros").longValue()).isPositive();
    assertThat(after.required("frozenMicros")).hasSize(1);
    assertThat(after.required("atomic").isBoolean()).isTrue();
    assertThat(!after.required("atomic").booleanValue() || claims(Claim.ATOMIC_SNAPSHOTS))
        .as("one moment is not promised without being claimed")
        .isTrue();
    assertThat(outcome.out())
        .contains(" by " + kind().backend() + "\n", "  chosen    as no other backend fits\n");
    assertThat(orchestrate().run("backends", target).expect(0).out())
        .contains("  moment    one for ", "the median of 1 checkpoint of this path\n");
  }

  private JsonNode ours(JsonNode backends) {
    return Checkpoint.stream(backends)
        .filter(backend -> backend.required("name").textValue().equals(kind().backend()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void verboseOutputNamesTheWayOfFreezingAndLeavesStandardOutputAlone() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Outcome outcome =
        orchestrate().run(checkpointCommand(filesystem().mountPoint(), "-v")).expect(0);
    rememberStored();

    assertThat(new Checkpoint(outcome.json()).relinks()).hasSize(1);
    assertThat(outcome.err()).containsPattern("(?i)cgroup|signal");
  }

  @Test
  void theStateFolderCanBeChosen() {
    Path folder = filesystem().outside("state");
    Subject subject = newSubject();
    replaceA(subject, 10);

    JsonNode json =
        json(
            "--state-dir",
            folder,
            "checkpoint",
            "--json",
            "--backend=" + kind().backend(),
            filesystem().mountPoint());
    rememberStored();

    String id = json.required("id").textValue();
    assertThat(folder.resolve("checkpoints").resolve(id).resolve("manifest.json")).exists();
    assertThat(json("list", "--json")).isEmpty();
  }

  @Test
  void versionAndHelpNeedNoState() {
    assertThat(orchestrate().run("--version").expect(0).out()).contains("orchestrate");
    assertThat(orchestrate().run("--help").expect(0).out())
        .contains("checkpoint", "restart", "list", "show", "files", "delete", "mount", "backends");
    assertThat(orchestrate().run("restart", "--help").expect(0).out())
        .contains("--at", "--process", "--all", "--listen-fds", "--keep");
  }
}
