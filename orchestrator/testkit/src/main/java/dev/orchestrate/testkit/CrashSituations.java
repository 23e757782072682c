package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Each command is killed at each of its steps, or the step fails. Which steps there are comes from
 * a run that counts them.
 */
public abstract class CrashSituations extends InterruptedRollbackSituations {
  private static final List<String> ERRORS = List.of("EIO", "ENOSPC", "EPERM", "EMFILE", "EINTR");

  @Test
  void aCheckpointIsKilledAtEachCall() {
    Subject subject = subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Checkpoint earlier = checkpoint();
    Tree tree = filesystem().tree(kind());
    int calls = stepsOf(command).size();
    deleteAllBut(earlier);

    for (int call : chosen(calls)) {
      Outcome killed = orchestrate().runBroken("kill:" + call, command);
      requireKilled(killed, call, calls);
      subject.tell("pid");
      recoverAll();
      deleteAllBut(earlier);
      assertAsBefore(tree, "killed at call " + call + ": " + killed);
    }

    nothingIsLeftToRecover();
    assertThat(content(restart(earlier), 10)).isEqualTo("old");
  }

  @Test
  void aCheckpointMeetsAnErrorAtEachCall() {
    Subject subject = subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Checkpoint earlier = checkpoint();
    Tree tree = filesystem().tree(kind());
    int calls = stepsOf(command).size();
    deleteAllBut(earlier);

    for (int call : chosen(calls)) {
      String error = ERRORS.get(call % ERRORS.size());
      Outcome outcome = orchestrate().runBroken(error + ":" + call, command);
      assertThat(outcome.err()).as(outcome.toString()).doesNotContain("Exception", "\tat ");
      subject.tell("pid");
      recoverAll();
      deleteAllBut(earlier);
      assertAsBefore(tree, error + " at call " + call + ": " + outcome);
    }

    nothingIsLeftToRecover();
    assertThat(content(restart(earlier), 10)).isEqualTo("old");
  }

  @Test
  void aRestartIsKilledAtEachCall() {
    subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    breakEachCall("kill", "restart", checkpoint.id(), "--", "true");

    assertThat(content(restart(checkpoint), 11)).isEqualTo("orphan");
  }

  @Test
  void aRestartMeetsAnErrorAtEachCall() {
    subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    breakEachCall("EIO", "restart", checkpoint.id(), "--", "true");

    assertThat(content(restart(checkpoint), 11)).isEqualTo("orphan");
  }

  /** From the end of its checkpoint on: the calls before are those of any checkpoint. */
  @Test
  void aBackupIsKilledAtEachCallOfItsOwn() {
    breakEachCallAfterACheckpoint("kill");
  }

  @Test
  void aBackupMeetsAnErrorAtEachCallOfItsOwn() {
    breakEachCallAfterACheckpoint("EIO");
  }

  private void breakEachCallAfterACheckpoint(String fault) {
    subjectWithFilesOfAllKinds();
    Path target = filesystem().mountPoint();
    Checkpoint earlier = checkpoint();
    Tree tree = filesystem().tree(kind());
    int ofCheckpoint = stepsOf(checkpointCommand(target)).size();
    deleteAllBut(earlier);
    Object[] command = {"backup", "--backend=" + kind().backend(), target, "--", "true"};
    int calls = stepsOf(command).size();
    assertThat(calls).isGreaterThan(ofCheckpoint);

    for (int call : chosen(Math.max(1, ofCheckpoint - FEWER), calls)) {
      Outcome outcome = orchestrate().runBroken(fault + ":" + call, command);
      if (fault.equals("kill")) {
        requireKilled(outcome, call, calls);
      }
      recoverUntilNobodyUsesAView();
      assertAsBefore(tree, fault + " at call " + call + ": " + outcome);
      assertThat(orchestrate().run("list", "--json").expect(0).json()).hasSize(1);
    }
    nothingIsLeftToRecover();
  }

  @Test
  void aMountIsKilledAtEachCall() {
    subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    Path view = filesystem().outside("view");
    Object[] command = {"mount", checkpoint.id(), view};
    int calls = stepsOf(command).size();
    orchestrate().run("umount", view).expect(0);

    for (int call : chosen(calls)) {
      requireKilled(orchestrate().runBroken("kill:" + call, command), call, calls);
      recoverAll();
      // killed at the very end, it is mounted
      orchestrate().run("umount", view);
      assertThat(inventory()).as("call " + call).isEqualTo(stored());
      assertThat(view).isEmptyDirectory();
    }
    nothingIsLeftToRecover();
  }

  @Test
  void aSendingIsKilledAtEachCall() throws IOException {
    needs(Claim.DISPOSABLE_VIEWS);
    subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    Path stream = filesystem().outside("streams").resolve("stream");
    Object[] command = {"send", checkpoint.id(), "-o", stream};
    int calls = stepsOf(command).size();
    long whole = Files.size(stream);

    for (int call : chosen(calls)) {
      Program.run("rm", "-f", stream);
      requireKilled(orchestrate().runBroken("kill:" + call, command), call, calls);
      recoverUntilNobodyUsesAView();
      if (Files.exists(stream)) {
        assertThat(Files.size(stream)).as("call " + call).isEqualTo(whole);
      }
    }
    nothingIsLeftToRecover();
  }

  @Test
  void aReceiptIsKilledAtEachCall() {
    breakEachCallOfAReceipt("kill");
  }

  @Test
  void aReceiptMeetsAnErrorAtEachCall() {
    breakEachCallOfAReceipt("EIO");
  }

  private void breakEachCallOfAReceipt(String fault) {
    needs(Claim.RECEIVING);
    subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    Path stream = filesystem().outside("streams").resolve("stream");
    orchestrate().run("send", checkpoint.id(), "-o", stream).expect(0);
    Object[] command = {
      "receive", "--backend=" + kind().backend(), "-i", stream, filesystem().mountPoint()
    };
    deleteAllBut(null);
    Tree tree = filesystem().tree(kind());
    rememberStored();
    int calls = stepsOf(command).size();
    deleteAllBut(null);

    for (int call : chosen(calls)) {
      Outcome outcome = orchestrate().runBroken(fault + ":" + call, command);
      if (fault.equals("kill")) {
        requireKilled(outcome, call, calls);
      }
      recoverAll();
      deleteAllBut(null);
      assertAsBefore(tree, fault + " at call " + call + ": " + outcome);
    }

    nothingIsLeftToRecover();
    orchestrate().run(command).expect(0);
    Subject restarted = restart(checkpoint);
    assertThat(content(restarted, 10)).isEqualTo("old");
    restarted.close();
    deleteAllBut(null);
  }

  @Test
  void aDeletionIsKilledAtEachCall() {
    List<String> nothing = inventory();
    Subject subject = subjectWithFilesOfAllKinds();
    int calls = stepsOf("delete", checkpoint().id()).size();

    for (int call : chosen(calls)) {
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
      assertThat(inventory()).as("call " + call).isEqualTo(nothing);
    }
    nothingIsLeftToRecover();
    rememberStored();
    subject.tell("pid");
  }

  @Test
  void recoveryIsKilledAtEachCall() {
    subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Tree tree = filesystem().tree(kind());
    int middle = stepsOf(command).size() / 2;
    deleteAllBut(null);
    orchestrate().runBroken("kill:" + middle, command).expect(KILLED);
    int calls = stepsOf("recover").size();

    for (int call : chosen(calls)) {
      orchestrate().runBroken("kill:" + middle, command).expect(KILLED);
      orchestrate().runBroken("kill:" + call, "recover");
      recoverAll();
      assertAsBefore(tree, "recovery killed at call " + call);
    }
    nothingIsLeftToRecover();
  }

  private void breakEachCall(String fault, Object... command) {
    Tree tree = filesystem().tree(kind());
    int calls = stepsOf(command).size();
    for (int call : chosen(calls)) {
      Outcome outcome = orchestrate().runBroken(fault + ":" + call, command);
      if (fault.equals("kill")) {
        requireKilled(outcome, call, calls);
      }
      recoverUntilNobodyUsesAView();
      assertAsBefore(tree, fault + " at call " + call + ": " + outcome);
    }
    nothingIsLeftToRecover();
  }
}
