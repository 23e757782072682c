package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What can be asked of a restart, and how often. */
public abstract class RestartSituations extends Situation {

  private Checkpoint checkpointOfReplacedA() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    Checkpoint checkpoint = checkpoint();
    subject.close();
    return checkpoint;
  }

  @Test
  void aRestartCanBeRepeated() {
    Checkpoint checkpoint = checkpointOfReplacedA();

    for (int i = 0; i < 2; i++) {
      Subject restarted = restart(checkpoint);
      boolean written = i > 0 && !claims(Claim.DISPOSABLE_VIEWS);
      assertThat(content(restarted, 10)).isEqualTo(written ? "old and more" : "old");
      restarted.tell("write", 10, " and more");
      restarted.attempt("unlink", at("a"));
      restarted.attempt("unlink", at("b"));
      restarted.close();
    }
  }

  @Test
  void twoRestartsRunSideBySide() {
    needs(Claim.DISPOSABLE_VIEWS);
    Checkpoint checkpoint = checkpointOfReplacedA();

    Subject one = restart(checkpoint);
    Subject other = restart(checkpoint);
    one.tell("write", 10, " of one");
    other.tell("write", 10, " of other");

    assertThat(one.tell("cat", at("b")).text()).isEqualTo("old of one");
    assertThat(other.tell("cat", at("b")).text()).isEqualTo("old of other");
  }

  @Test
  void theOriginalProcessLivesOnWhileItsCopyRuns() {
    needs(Claim.DISPOSABLE_VIEWS);
    Subject subject = newSubject();
    replaceA(subject, 10);

    Subject restarted = restart(checkpoint());
    subject.tell("write", 10, " here");
    restarted.tell("write", 10, " there");

    assertThat(Program.read(at("b"))).isEqualTo("old here");
    assertThat(restarted.tell("cat", at("b")).text()).isEqualTo("old there");
  }

  @Test
  void aRestartSucceedsAfterOneWhoseCommandDoesNotExist() {
    Checkpoint checkpoint = checkpointOfReplacedA();

    refused(127, "restart", checkpoint.id(), "--", "/no/such/command");

    assertThat(content(restart(checkpoint), 10)).isEqualTo("old");
  }

  @Test
  void aCommandThatIsNoProgramIsRefused() {
    Checkpoint checkpoint = checkpointOfReplacedA();

    refused(126, "restart", checkpoint.id(), "--", "/etc/passwd");
  }

  /** The view could not be thrown away under those that run, and half of them are of no use. */
  @Test
  void noProcessIsRelaunchedIfOneCanNotBe() {
    Rendezvous rendezvous = newRendezvous();
    List<Subject> subjects = new ArrayList<>();
    for (String name : List.of("one", "other")) {
      atEnd(rendezvous.start(SubjectProgram.path())::close);
      subjects.add(watched(rendezvous.next()));
      openOrphan(subjects.get(subjects.size() - 1), 10, name, "content");
    }
    Checkpoint checkpoint = checkpoint();
    subjects.forEach(Subject::close);
    new EditedManifest(orchestrate().manifest(checkpoint.id()))
        .edit(
            manifest ->
                ((ObjectNode) manifest.at("/processes/1/executable"))
                    .put("path", "/no/such/program"));

    refused(127, "restart", "--all", checkpoint.id());

    String words = String.join(" ", rendezvous.command(SubjectProgram.path()));
    Deadline.require(
        "no process is left", () -> Program.attempt("pgrep", "-f", words).out().isEmpty());
  }

  @Test
  void theCommandsExitStatusIsOurs() {
    Checkpoint checkpoint = checkpointOfReplacedA();

    assertThat(startRestart(checkpoint).exit(0)).isZero();
    assertThat(startRestart(checkpoint).exit(42)).isEqualTo(42);
  }

  @Test
  void theCommandGetsItsArgumentsAsTheyAre() {
    Checkpoint checkpoint = checkpointOfReplacedA();

    Outcome outcome =
        orchestrate()
            .run("restart", checkpoint.id(), "--", "printf", "[%s]", "a  b", "", "--all", "$HOME");

    assertThat(outcome.expect(0).out()).isEqualTo("[a  b][][--all][$HOME]");
    if (claims(Claim.DISPOSABLE_VIEWS)) {
      assertThat(outcome.err()).isEmpty();
    }
  }

  @Test
  void signalsArePassedOn() {
    RunningProgram program = startRestart(checkpointOfReplacedA());
    program.subject().tell("holdsignals");

    program.terminate();

    assertThat(program.subject().tell("waitsignal", 60).text()).isEqualTo("TERM");
    assertThat(program.exit(7)).isEqualTo(7);
  }

  @Test
  void theViewIsPutInAnotherPlace() {
    Checkpoint checkpoint = checkpointOfReplacedA();
    Path place = filesystem().outside("place");

    Subject restarted = restart(checkpoint, "--at", place);

    restarted.tell("write", 10, " and more");
    assertThat(restarted.tell("cat", place.resolve("b")).text()).isEqualTo("old and more");
    showsAsDeleted(restarted, 10, place.resolve("a"));
    liveTreeHas("b", "old");
  }

  @Test
  void oneOfSeveralProcessesIsChosen() {
    Subject one = newSubject();
    Subject other = newSubject();
    openOrphan(one, 10, "one", "one");
    openOrphan(other, 11, "other", "other");

    Subject restarted = restart(checkpoint(), "--process", other.pid());

    assertThat(content(restarted, 11)).isEqualTo("other");
    assertThat(restarted.attempt("tell", 10).error()).isEqualTo("EBADF");
  }

  @Test
  void descriptorsAreHandedOverAsSystemdDoes() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "one", "one");
    openOrphan(subject, 20, "other", "other");

    Subject restarted = restart(checkpoint(), "--listen-fds");

    assertThat(restarted.tell("getenv", "LISTEN_FDS").text()).isEqualTo("2");
    assertThat(restarted.tell("getenv", "LISTEN_PID").number()).isEqualTo(restarted.pid());
    assertThat(restarted.tell("getenv", "LISTEN_FDNAMES").text().split(":", -1)).hasSize(2);
    assertThat(Set.of(content(restarted, 3), content(restarted, 4))).contains("one", "other");
  }

  @Test
  void theViewIsKept() {
    Checkpoint checkpoint = checkpointOfReplacedA();
    List<String> before = inventory();

    assertThat(startRestart(checkpoint, "--keep").exit(0)).isZero();

    assertThat(inventory()).as("with a view").isNotEqualTo(before);
    orchestrate().run("delete", checkpoint.id()).expect(0);
    rememberStored();
    assertThat(inventory()).as("without any").doesNotContainAnyElementsOf(before);
  }

  @Test
  void aFileThatTheProcessDidNotHoldIsInTheViewToo() {
    needs(Claim.DISPOSABLE_VIEWS);
    Program.run("mkdir", at("d"));
    Program.run("cp", SubjectProgram.path(), at("d/program"));
    Checkpoint checkpoint = checkpointOfReplacedA();
    Program.run("rm", "-r", at("d"));

    Subject restarted = restart(checkpoint);

    assertThat(restarted.tell("cat", at("d/program")).text()).startsWith("\u007fELF");
  }

  @Test
  void nobodyHoldsAnythingAndTheCheckpointIsASnapshot() {
    Program.run("cp", SubjectProgram.path(), at("program"));

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.processes()).isEmpty();
    assertThat(checkpoint.relinks()).isEmpty();
    assertThat(restarted.tell("descriptors").words()).containsExactly("ok", "0", "1", "2");
    assertThat(restarted.tell("cat", at("program")).text()).startsWith("\u007fELF");
  }
}
