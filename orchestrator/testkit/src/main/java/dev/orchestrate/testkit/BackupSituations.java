package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Backups in one command: a checkpoint, a program that reads it, and nothing left. */
@Tag("once")
public abstract class BackupSituations extends BackedUpSituation {

  /** tar(1), which is everywhere. */
  private record Tar(Path archive) implements BackupProgram {
    @Override
    public List<Object> backUp() {
      return List.of(
          "tar", "--directory={}", "--format=posix", "--create", "--file=" + archive, ".");
    }

    @Override
    public Path restore(Path top, Path folder) {
      Program.run("tar", "--directory", folder, "--extract", "--file", archive);
      return folder;
    }
  }

  @Test
  void aTarIsOfOneMomentAndHasTheFilesWithoutName() {
    needs(Claim.DISPOSABLE_VIEWS);
    isRestoredAsItWas(new Tar(filesystem().outside("archive").resolve("tar")));
  }

  @Test
  void relinkedFilesAndTheManifestAreBelowTheRelinkFolder() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "orphan", "of the orphan");

    Outcome outcome =
        backUp(
                "sh",
                "-c",
                "cd \"$1/lost+found/checkpoint/$ORCHESTRATE_CHECKPOINT\" && cat manifest.json"
                    + " && for file in *; do [ $file = manifest.json ] || cat $file >&2; done",
                "sh",
                "{}")
            .expect(0);

    JsonNode manifest = outcome.json();
    assertThat(manifest.required("id").textValue()).isEqualTo(checkpointOf(outcome.err()));
    assertThat(manifest.required("relinks")).hasSize(1);
    assertThat(outcome.err()).endsWith("of the orphan");
    nothingIsLeft();
  }

  @Test
  void theCommandReadsTheViewInPlaceOfThePath() {
    needs(Claim.DISPOSABLE_VIEWS);
    Subject subject = newSubject();
    subject.tell("creat", at("file"), "old");
    RunningProgram program = startBackup();
    program.subject().tell("pid");

    subject.tell("unlink", at("file"));
    subject.tell("creat", at("file"), "new");
    program.subject().tell("creat", at("of the command"), "");

    assertThat(program.subject().tell("cat", at("file")).text()).isEqualTo("old");
    assertThat(program.exit(0)).isZero();
    assertThat(at("of the command")).doesNotExist();
    nothingIsLeft();
  }

  private RunningProgram startBackup(Object... options) {
    Object[] words = {filesystem().mountPoint(), "--", SubjectProgram.path()};
    Object[] command = Stream.of(options, words).flatMap(Arrays::stream).toArray();
    RunningProgram program = orchestrate().start(backupCommand(command));
    watched(program.subject());
    return program;
  }

  @Test
  void thePathHasABlankAndStandsInEachArgument() {
    Path place = filesystem().mountAgain("a place", "");

    Outcome outcome =
        orchestrate()
            .run(backupCommand(place, "--", "printf", "[%s]", "{}", "--top={}/", "{}:{}", "{", ""));

    assertThat(outcome.expect(0).out())
        .isEqualTo("[%s][--top=%s/][%s:%s][{][]".formatted(place, place, place, place));
    nothingIsLeft();
  }

  @Test
  void theCommandsExitStatusIsOurs() {
    for (int status : new int[] {0, 1, 3, 42}) {
      backUp("sh", "-c", "exit " + status).expect(status);
    }
    backUp("sh", "-c", "kill -KILL $$").expect(137);
    nothingIsLeft();
  }

  @Test
  void aCommandThatCanNotBeStartedLeavesNothing() {
    assertThat(backUp("/no/such/command", "{}").expect(127).err())
        .contains("/no/such/command: no such command");
    assertThat(backUp("/etc/passwd").expect(126).err()).contains("/etc/passwd: ");
    nothingIsLeft();
  }

  @Test
  void aCheckpointThatFailsHasAStatusOfItsOwn() {
    assertThat(refused(125, "backup", at("nowhere"), "--", "true").err()).contains("no such path");
    assertThat(refused(125, backupCommand("--pid=999999999", at(""), "--", "true")).err())
        .contains("999999999");
    assertThat(refused(125, backupCommand(at(""))).err()).contains("COMMAND");
    assertThat(refused(125, backupCommand(at(""), "tar", "-c", "{}")).err()).contains("behind --");
  }

  @Test
  void signalsArePassedOnAndThenAllIsRemoved() {
    RunningProgram program = startBackup();
    program.subject().tell("holdsignals");

    program.terminate();

    assertThat(program.subject().tell("waitsignal", 60).text()).isEqualTo("TERM");
    assertThat(program.exit(7)).isEqualTo(7);
    nothingIsLeft();
  }

  @Test
  void aSignalEndsTheBackupThatHasNotBegunToRead() {
    Path ran = filesystem().outside("ran").resolve("it");
    RunningProgram program =
        orchestrate()
            .startBroken(
                "stop:6", backupCommand(filesystem().mountPoint(), "--", "touch", ran.toString()));
    assertThat(program.isStoppedOrEnds()).isTrue();

    program.terminate();
    program.resume();

    assertThat(program.awaitExit()).isEqualTo(143);
    assertThat(program.err()).contains("interrupted");
    assertThat(ran).doesNotExist();
    program.close();
    nothingIsLeft();
  }

  @Test
  void theCheckpointIsKept() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Outcome outcome =
        orchestrate()
            .run(backupCommand("--keep", filesystem().mountPoint(), "--", "false"))
            .expect(1);
    rememberStored();

    String id = checkpointOf(outcome.err());
    assertThat(outcome.err()).contains("orchestrate delete " + id);
    JsonNode list = orchestrate().run("list", "--json").expect(0).json();
    assertThat(list.findValuesAsText("id")).containsExactly(id);
    assertThat(list.get(0).required("state").textValue()).isEqualTo("complete");
    Outcome restarted = orchestrate().run("restart", id, "--", "cat", "/proc/self/fd/10");
    assertThat(restarted.expect(0).out()).isEqualTo("old");
  }

  @Test
  void aKilledBackupIsRemovedByRecoveryWhenItsCommandHasEnded() {
    RunningProgram program = startBackup();
    program.subject().tell("pid");
    JsonNode list = orchestrate().run("list", "--json").expect(0).json();
    assertThat(list.get(0).required("state").textValue()).isEqualTo("temporary");
    String id = list.get(0).required("id").textValue();
    assertThat(orchestrate().run("delete", id).expect(7).err()).contains("end it first");

    Program.run("kill", "-KILL", Long.toString(program.pid()));
    program.awaitExit();
    assertThat(orchestrate().run("recover").expect(0).out())
        .contains("left until the command that reads it has ended");
    assertThat(program.subject().tell("pid").isOk()).isTrue();
    program.subject().close();

    Deadline.require(
        "the backup is gone",
        () -> {
          orchestrate().run("recover").expect(0);
          return inventory().equals(stored());
        });
    nothingIsLeft();
  }

  @Test
  void whatCanNotBeRemovedIsNamed() {
    needs(Claim.DISPOSABLE_VIEWS);
    Path other = filesystem().outside("other view");
    RunningProgram program = startBackup();
    program.subject().tell("pid");
    String id =
        orchestrate().run("list", "--json").expect(0).json().get(0).required("id").textValue();
    orchestrate().run("mount", id, other).expect(0);

    program.subject().send("exit 0");
    assertThat(program.awaitExit()).isEqualTo(125);

    assertThat(program.err())
        .contains("ended with status 0", "mounted at " + other, "orchestrate recover");
    program.subject().close();
    orchestrate().run("umount", other).expect(0);
    orchestrate().run("recover").expect(0);
    nothingIsLeft();
  }

  @Test
  void otherFilesystemsBelowAreNamed() {
    needs(Claim.DISPOSABLE_VIEWS);
    Program.run("mkdir", at("below"));
    filesystem().tmpfs(at("below"));
    Program.run("touch", at("below/file"));

    Outcome outcome = backUp("ls", "{}/below").expect(0);

    assertThat(outcome.out()).isEqualTo("file\n");
    assertThat(outcome.err()).contains("not as of the checkpoint: " + at("below"));
    Program.run("umount", at("below"));
    nothingIsLeft();
  }
}
