package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A live tree that is made again as a checkpoint has it. */
@Tag("once")
public abstract class RollbackSituations extends RolledBackSituation {

  /** Of files and of some that no name reaches, by a process that has ended since. */
  private Checkpoint checkpointBeforeUpgrade() {
    needs(Claim.ROLLING_BACK);
    sh(Upgrade.BEFORE);
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    Checkpoint checkpoint = checkpoint();
    subject.close();
    return checkpoint;
  }

  @Test
  void theTreeIsAgainAsTheCheckpointHasIt() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    TreeState before = state();
    sh(Upgrade.STEPS);
    TreeState upgraded = state();

    JsonNode report = rollBack(checkpoint.id());

    assertThat(state().lines()).isEqualTo(before.lines());
    assertThat(at("lost+found/checkpoint")).doesNotExist();
    assertThat(orchestrate().run("diff", checkpoint.id()).expect(0).out()).isEmpty();
    Subject restarted = restart(checkpoint);
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    restarted.close();

    String undo = report.required("before").textValue();
    assertThat(orchestrate().run("show", undo).expect(0).out())
        .contains("before rollback to " + checkpoint.id());
    rollBack(undo);
    assertThat(state().lines()).isEqualTo(upgraded.lines());
  }

  @Test
  void whatDidNotChangeKeepsItsInode() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    String inodes =
        Program.run("stat", "-c", "%n %i", at("same"), at("same/file"), at("d/deep/deeper/down"));
    sh(Upgrade.STEPS);

    rollBack(checkpoint.id());

    assertThat(
            Program.run(
                "stat", "-c", "%n %i", at("same"), at("same/file"), at("d/deep/deeper/down")))
        .isEqualTo(inodes);
  }

  @Test
  void namesOfOneFileAreNamesOfOneFileAgain() {
    needs(Claim.ROLLING_BACK);
    sh("echo x >x1; ln x1 x2; ln x1 x3; echo y >y1; ln y1 y2; echo z >z1; cp -p z1 z2");
    Checkpoint checkpoint = checkpoint();
    sh("rm x2; cp -p x1 x2; ln -f x1 y1; ln -f z1 z2; echo more >>x3");

    rollBack(checkpoint.id());

    sh("[ x1 -ef x2 ] && [ x1 -ef x3 ] && [ y1 -ef y2 ] && ! [ x1 -ef y1 ]", "! [ z1 -ef z2 ]");
    assertThat(Program.run("cat", at("x2"), at("y1"), at("z2"))).isEqualTo("x\ny\nz\n");
  }

  @Test
  void ofADryRunNothingIsLeft() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    sh(Upgrade.STEPS);
    TreeState upgraded = state();

    Outcome outcome = orchestrate().run("rollback", "--dry-run", checkpoint.id()).expect(0);

    assertThat(outcome.out()).contains("names to change", "diff " + checkpoint.id());
    assertThat(state().lines()).isEqualTo(upgraded.lines());
    assertThat(orchestrate().run("list", "--json").expect(0).json()).hasSize(1);
  }

  @Test
  void onlyTheNamesOfOneFileChanged() {
    needs(Claim.ROLLING_BACK);
    sh("echo x >x; ln x x2");
    Checkpoint checkpoint = checkpoint();
    sh("cp -p x2 x3; mv x3 x2");

    assertThat(rollBack(checkpoint.id()).required("changes").intValue()).isPositive();

    sh("[ x -ef x2 ]");
  }

  @Test
  void whereNothingChangedNothingIsDone() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();

    JsonNode report = rollBack(checkpoint.id());

    assertThat(report.required("changes").intValue()).isZero();
    assertThat(orchestrate().run("list", "--json").expect(0).json()).hasSize(1);
  }

  @Test
  void processesThatHoldSomethingThereAreNamed() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    sh(Upgrade.STEPS);
    Subject subject = newSubject();
    subject.tell("open", 10, at("d/data"), "rw");

    Outcome outcome = refused(7, "rollback", checkpoint.id());
    assertThat(outcome.err()).contains("" + subject.pid(), "--force");
    long other = newSubject().pid();
    assertThat(refused(7, "rollback", "--pid=" + other, checkpoint.id()).err())
        .contains("" + subject.pid());

    rollBack("--force", checkpoint.id());
    subject.tell("write", 10, "written to the old file");
    assertThat(Program.read(at("d/data"))).isEqualTo("old\n");
  }

  /** As over a network, by nobody who is seen to hold it; the checkpoint of before has no such. */
  @Test
  void whatIsWrittenMeanwhileIsNotReplaced() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    TreeState before = state();
    sh(Upgrade.STEPS);

    Object[] command = {"rollback", checkpoint.id()};
    try (RunningProgram program = orchestrate().startBroken("stop:renameat2", command)) {
      while (program.isStoppedOrEnds()) {
        sh("echo late >d/data");
        program.resume();
      }
      assertThat(program.err())
          .contains("is incomplete: d/data: was written", "rollback " + checkpoint.id());
    }

    assertThat(Program.read(at("d/data"))).isEqualTo("late\n");
    assertThat(at(".orchestrate-rollback")).doesNotExist();
    rollBack(checkpoint.id());
    assertThat(state().lines()).isEqualTo(before.lines());
  }

  @Test
  void mountsInTheTreeAreNamed() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    sh(Upgrade.STEPS);
    filesystem().tmpfs(at("same"));

    assertThat(refused(7, "rollback", checkpoint.id()).err()).contains("mounted at same");
  }

  @Test
  void immutableFilesAreNamed() {
    needs(Claim.IMMUTABLE_FILES);
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    sh(Upgrade.STEPS);
    Program.run("chattr", "+i", at("new/folder/file"));
    try {
      assertThat(refused(7, "rollback", checkpoint.id()).err()).contains("new/folder/file");
    } finally {
      Program.run("chattr", "-i", at("new/folder/file"));
    }
  }

  @Test
  void whereTheFilesystemIsNotMountedNothingIsDone() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    filesystem()
        .whileUnmounted(
            () -> {
              Outcome outcome = orchestrate().run("rollback", checkpoint.id()).expect(7);
              assertThat(outcome.err()).contains("mount");
              assertThat(filesystem().mountPoint()).isEmptyDirectory();
            });
  }

  /** What is deleted then are copies, which nobody has twice. */
  @Test
  void aFolderInWhichCheckpointsAreStoredStays() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    sh("mkdir -m 700 -p new/store");
    Path target = filesystem().mountPoint();
    Object[] second = checkpointCommand(target, "--snapshot-dir=" + at("new/store"));
    assumeTrue(orchestrate().run(second).status() == 0, "it stores nothing in the tree");
    rememberStored();

    Outcome outcome = refused(7, "rollback", checkpoint.id());
    assertThat(outcome.err()).contains("checkpoints are stored below new");
  }

  /** It would be taken for a folder made since, and be removed. */
  @Test
  void aStoreThatIsNotWhereItWasIsNotRemoved() {
    Checkpoint checkpoint = checkpointBeforeUpgrade();
    assumeTrue(Files.exists(at(".orchestrate")), "nothing is stored in the tree");
    sh(Upgrade.STEPS);
    sh("mv .orchestrate elsewhere; mkdir -m 700 .orchestrate");
    rememberStored();

    assertThat(refused(7, "rollback", checkpoint.id()).err())
        .contains("checkpoint " + checkpoint.id() + " in " + at(".orchestrate"));

    sh("rmdir .orchestrate; mv elsewhere .orchestrate");
    rollBack(checkpoint.id());
  }

  @Test
  void withoutRoomForTheFilesNothingIsDone() {
    needs(Claim.ROLLING_BACK);
    String type = Program.run("stat", "--file-system", "--format=%T", at("."));
    assumeFalse(type.strip().equals("btrfs"), "nothing is copied");
    sh("head -c 150M /dev/urandom >big");
    Checkpoint checkpoint = checkpoint();
    sh("rm big", "fallocate -l $(($(df --output=avail -B1 . | tail -n 1) - 50000000)) other");

    assertThat(refused(6, "rollback", checkpoint.id()).err()).contains("bytes have to be copied");
  }

  @Test
  void namesOfAnyBytesComeBack() {
    needs(Claim.ROLLING_BACK);
    sh("touch \"$(printf 'two\\nlines')\" \"$(printf 'bad\\377')\" ./-rf ' '");
    sh("mkdir \"$(printf 'd\\n')\"; touch \"$(printf 'd\\n')/x\"");
    Checkpoint checkpoint = checkpoint();
    TreeState before = state();
    sh("rm -r -- *");

    rollBack(checkpoint.id());

    assertThat(state().lines()).isEqualTo(before.lines());
  }

  @Test
  void extendedAttributesComeBack() {
    needs(Claim.EXTENDED_ATTRIBUTES);
    needs(Claim.ROLLING_BACK);
    sh("echo x >x; setfattr -n user.color -v red x");
    Checkpoint checkpoint = checkpoint();
    TreeState before = state();
    sh("setfattr -n user.color -v blue x; setfattr -n user.more -v yes x");

    rollBack(checkpoint.id());

    assertThat(state().lines()).isEqualTo(before.lines());
  }

  /** As of folders that a group works in: what is made in one is of that group. */
  @Test
  void aTopWithTheSetGroupIdBitIsRolledBack() {
    needs(Claim.ROLLING_BACK);
    sh("chgrp 34 .; chmod 2775 .; mkdir d; echo x >d/x; echo y >y; chown 0:0 y");
    Checkpoint checkpoint = checkpoint();
    TreeState before = state();
    sh("rm -r d; echo z >y");

    rollBack(checkpoint.id());

    assertThat(state().lines()).isEqualTo(before.lines());
    assertThat(at(".orchestrate-rollback")).doesNotExist();
  }

  @Test
  void aLiveTreeIsNotRolledBackToItself() {
    assumeFalse(claims(Claim.DISPOSABLE_VIEWS), "what is stored is apart from the live tree");

    assertThat(refused(4, "rollback", checkpoint().id()).err()).contains("live tree");
  }

  @Test
  void whereWhatIsStoredMayRunFullNothingIsRolledBack() {
    assumeTrue(claims(Claim.DISPOSABLE_VIEWS) && !claims(Claim.ROLLING_BACK), "it can roll back");
    Checkpoint checkpoint = checkpoint();
    sh("touch since");

    assertThat(refused(4, "rollback", checkpoint.id()).err())
        .contains("orchestrate mount " + checkpoint.id());
  }
}
