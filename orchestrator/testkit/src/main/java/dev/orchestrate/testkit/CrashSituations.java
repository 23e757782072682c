package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Each command is broken at each system call that changes something: killed there, or the call
 * fails. Which calls those are comes from a run that counts them. Afterwards nobody is frozen, and
 * recovery leaves the live tree and what is stored as they were.
 */
public abstract class CrashSituations extends Situation {
  private static final int KILLED = 137;
  private static final int FEWER = 4;
  private static final List<String> ERRORS = List.of("EIO", "ENOSPC", "EPERM", "EMFILE", "EINTR");

  private Subject subjectWithFilesOfAllKinds() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    subject.tell("mkdir", at("d"), 755);
    subject.tell("open", 12, at("d"), "r");
    subject.tell("rmdir", at("d"));
    return subject;
  }

  /** The run that counted may have made a folder or two that are there now. */
  private static void requireKilled(Outcome outcome, int call, int calls) {
    if (outcome.status() != 0 || call <= calls - FEWER) {
      outcome.expect(KILLED);
    }
  }

  /** How many calls a command makes that change something. */
  private int changesOf(Object... command) {
    Path calls = Program.temporaryFile();
    try {
      orchestrate().runBroken("count:" + calls, command).expect(0);
      return (int) Program.read(calls).lines().count();
    } finally {
      Program.delete(calls);
    }
  }

  @Test
  void aCheckpointIsKilledAtEachCall(TestReporter reporter) {
    Subject subject = subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Checkpoint earlier = checkpoint();
    Tree tree = filesystem().tree(kind());
    int calls = changesOf(command);
    deleteAllBut(earlier);

    for (int call = 1; call <= calls; call++) {
      Outcome killed = orchestrate().runBroken("kill:" + call, command);
      requireKilled(killed, call, calls);
      subject.tell("pid");
      recoverAll();
      deleteAllBut(earlier);
      assertAsBefore(tree, "killed at call " + call + ": " + killed);
    }

    nothingIsLeftToRecover();
    reporter.publishEntry("checkpoint killed", calls + " times");
    assertThat(content(restart(earlier), 10)).isEqualTo("old");
  }

  @Test
  void aCheckpointMeetsAnErrorAtEachCall(TestReporter reporter) {
    Subject subject = subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Checkpoint earlier = checkpoint();
    Tree tree = filesystem().tree(kind());
    int calls = changesOf(command);
    deleteAllBut(earlier);

    for (int call = 1; call <= calls; call++) {
      String error = ERRORS.get(call % ERRORS.size());
      Outcome outcome = orchestrate().runBroken(error + ":" + call, command);
      assertThat(outcome.err()).as(outcome.toString()).doesNotContain("Exception", "\tat ");
      subject.tell("pid");
      recoverAll();
      deleteAllBut(earlier);
      assertAsBefore(tree, error + " at call " + call + ": " + outcome);
    }

    nothingIsLeftToRecover();
    reporter.publishEntry("checkpoint failed", calls + " times");
    assertThat(content(restart(earlier), 10)).isEqualTo("old");
  }

  @Test
  void aRestartIsKilledAtEachCall(TestReporter reporter) {
    subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    breakEachCall(reporter, "restart killed", "kill", "restart", checkpoint.id(), "--", "true");

    assertThat(content(restart(checkpoint), 11)).isEqualTo("orphan");
  }

  @Test
  void aRestartMeetsAnErrorAtEachCall(TestReporter reporter) {
    subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    breakEachCall(reporter, "restart failed", "EIO", "restart", checkpoint.id(), "--", "true");

    assertThat(content(restart(checkpoint), 11)).isEqualTo("orphan");
  }

  @Test
  void aMountIsKilledAtEachCall(TestReporter reporter) {
    subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    Path view = filesystem().outside("view");
    Object[] command = {"mount", checkpoint.id(), view};
    int calls = changesOf(command);
    orchestrate().run("umount", view).expect(0);

    for (int call = 1; call <= calls; call++) {
      requireKilled(orchestrate().runBroken("kill:" + call, command), call, calls);
      recoverAll();
      // killed at the very end, it is mounted
      orchestrate().run("umount", view);
      assertThat(kind().inventory(filesystem())).as("call " + call).isEqualTo(stored());
      assertThat(view).isEmptyDirectory();
    }
    nothingIsLeftToRecover();
    reporter.publishEntry("mount killed", calls + " times");
  }

  @Test
  void aDeletionIsKilledAtEachCall(TestReporter reporter) {
    List<String> nothing = kind().inventory(filesystem());
    Subject subject = subjectWithFilesOfAllKinds();
    int calls = changesOf("delete", checkpoint().id());

    for (int call = 1; call <= calls; call++) {
      Checkpoint checkpoint = checkpoint();
      requireKilled(
          orchestrate().runBroken("kill:" + call, "delete", checkpoint.id()), call, calls);
      recoverAll();
      if (isListed(checkpoint)) {
        Subject restarted = restart(checkpoint);
        assertThat(content(restarted, 10)).as("call " + call).isEqualTo("old");
        restarted.close();
        orchestrate().run("delete", checkpoint.id()).expect(0);
      }
      assertThat(kind().inventory(filesystem())).as("call " + call).isEqualTo(nothing);
    }
    nothingIsLeftToRecover();
    rememberStored();
    subject.tell("pid");
    reporter.publishEntry("deletion killed", calls + " times");
  }

  @Test
  void recoveryIsKilledAtEachCall(TestReporter reporter) {
    subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Tree tree = filesystem().tree(kind());
    int middle = changesOf(command) / 2;
    deleteAllBut(null);
    orchestrate().runBroken("kill:" + middle, command).expect(KILLED);
    int calls = changesOf("recover");

    for (int call = 1; call <= calls; call++) {
      orchestrate().runBroken("kill:" + middle, command).expect(KILLED);
      orchestrate().runBroken("kill:" + call, "recover");
      recoverAll();
      assertAsBefore(tree, "recovery killed at call " + call);
    }
    nothingIsLeftToRecover();
    reporter.publishEntry("recovery killed", calls + " times");
  }

  private void breakEachCall(TestReporter reporter, String what, String fault, Object... command) {
    Tree tree = filesystem().tree(kind());
    int calls = changesOf(command);
    for (int call = 1; call <= calls; call++) {
      Outcome outcome = orchestrate().runBroken(fault + ":" + call, command);
      if (fault.equals("kill")) {
        requireKilled(outcome, call, calls);
      }
      recoverUntilNobodyUsesAView();
      assertAsBefore(tree, fault + " at call " + call + ": " + outcome);
    }
    nothingIsLeftToRecover();
    reporter.publishEntry(Map.of(what, calls + " times"));
  }

  private void recoverAll() {
    orchestrate().run("recover").expect(0);
  }

  /** The program of a restart that was killed may live on for a moment, and its view with it. */
  private void recoverUntilNobodyUsesAView() {
    Deadline.require(
        "the view is gone",
        () -> {
          recoverAll();
          return kind().inventory(filesystem()).equals(stored());
        });
  }

  private void nothingIsLeftToRecover() {
    assertThat(orchestrate().run("recover").expect(0).out()).isEqualTo("nothing to recover\n");
  }

  private void deleteAllBut(Checkpoint kept) {
    Path entries = orchestrate().state().resolve("checkpoints");
    Program.run("find", entries, "-mindepth", "1", "-maxdepth", "1", "-printf", "%f\n")
        .lines()
        .filter(id -> kept == null || !id.equals(kept.id()))
        .forEach(id -> orchestrate().run("delete", id).expect(0));
  }

  private boolean isListed(Checkpoint checkpoint) {
    return orchestrate()
        .run("list", "--json")
        .expect(0)
        .json()
        .findValuesAsText("id")
        .contains(checkpoint.id());
  }

  private void assertAsBefore(Tree tree, String when) {
    assertThat(filesystem().tree(kind())).as("the live tree, " + when).isEqualTo(tree);
    assertThat(kind().inventory(filesystem())).as("what is stored, " + when).isEqualTo(stored());
    assertThat(filesystem().strayMounts()).as("mounts, " + when).isEmpty();
  }
}
