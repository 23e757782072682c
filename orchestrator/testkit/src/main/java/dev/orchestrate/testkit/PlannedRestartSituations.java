package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Restarts that are planned first, and those where something outside of the tree is elsewhere. */
@Tag("once")
public abstract class PlannedRestartSituations extends Situation {

  @Test
  void aDryRunTellsWhatWillBeOpenedAndChangesNothing() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    Checkpoint checkpoint = checkpoint();

    Outcome plan =
        orchestrate().run("restart", "--dry-run", checkpoint.id(), "--", "true").expect(0);

    assertThat(plan.out())
        .contains("fd 10", checkpoint.relink().relinked().text(), "nothing was done")
        .containsPattern("executable +\\S*/true");
    assertThat(inventory()).isEqualTo(stored());
  }

  @Test
  void aDryRunNamesEachMissingThing() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    subject.tell("open", 11, at("kept"), "rw,creat");
    Checkpoint checkpoint = checkpoint();
    new EditedManifest(orchestrate().manifest(checkpoint.id()))
        .write(
            Program.read(orchestrate().manifest(checkpoint.id())).replace("\"kept\"", "\"gone\""));
    Path nowhere = filesystem().outside("folder").resolve("nowhere");

    Outcome plan =
        orchestrate()
            .run("restart", "--dry-run", "--at", nowhere, checkpoint.id(), "--", "/no/program")
            .expect(3);

    assertThat(plan.err().lines())
        .containsExactly(
            "orchestrate: view " + nowhere + ": missing on this host",
            "orchestrate: fd 11 " + nowhere.resolve("gone") + ": missing in the checkpoint",
            "orchestrate: executable /no/program: missing on this host");
    assertThat(inventory()).isEqualTo(stored());
  }

  @Test
  void theExecutableAndTheWorkingDirectoryAreElsewhere() {
    Path old = filesystem().outside("old");
    Path program = old.resolve("subject");
    Program.run("cp", SubjectProgram.path(), program);
    Program.run("chmod", "755", program);
    Rendezvous rendezvous = newRendezvous();
    RunningProgram original = rendezvous.start(program);
    Subject subject = watched(rendezvous.next());
    subject.tell("chdir", old);
    replaceA(subject, 10);
    Checkpoint checkpoint = checkpoint();
    subject.close();
    original.close();
    Path moved = filesystem().outside("moved").resolve("deeper");
    Program.run("mv", old, moved);
    String map = "--map=" + old + "=" + moved;

    Outcome plan = orchestrate().run("restart", "--dry-run", "--all", checkpoint.id()).expect(3);
    assertThat(plan.err()).contains("executable " + program, "cwd " + old);
    assertThat(refused(3, "restart", "--all", "--map=/no=/yes", checkpoint.id()).err())
        .contains("/no");
    orchestrate().run("restart", "--dry-run", "--all", map, checkpoint.id()).expect(0);

    RunningProgram again = orchestrate().start("restart", "--all", map, checkpoint.id());
    atEnd(again::close);
    Subject restarted = watched(rendezvous.next());
    restarted.tell("write", 10, " and more");
    assertThat(content(restarted, 10)).isEqualTo("old and more");
    assertThat(restarted.tell("getcwd").text()).isEqualTo(moved.toString());
  }
}
