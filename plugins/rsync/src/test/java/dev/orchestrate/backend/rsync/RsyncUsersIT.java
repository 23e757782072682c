package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.SubjectProgram;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What users meet with this backend only. */
@Tag("once")
class RsyncUsersIT extends Situation {

  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }

  @Test
  void aFolderOfTheFilesystemIsTheTarget() {
    Program.run("mkdir", at("d"));
    Subject subject = newSubject();
    openOrphan(subject, 10, "d/orphan", "inside");
    subject.tell("open", 11, at("d/a"), "rw,creat");
    subject.tell("write", 11, "old");
    subject.tell("rename", at("d/a"), at("d/b"));

    Subject restarted = restart(checkpointOf(at("d")));

    restarted.tell("write", 11, " and more");
    assertThat(restarted.tell("cat", at("d/b")).text()).isEqualTo("old and more");
    assertThat(content(restarted, 10)).isEqualTo("inside");
  }

  /** On an overlayfs the first to write copies the file up, and others stay with the old one. */
  @Test
  void whoReadsSeesWhatIsWrittenThroughAnotherDescriptor() {
    Subject subject = newSubject();
    replaceA(subject, 20);
    subject.tell("open", 10, at("b"), "r");
    subject.tell("open", 11, at("a"), "r");
    subject.tell("open", 12, at("a"), "rw");

    Subject restarted = restart(checkpoint());

    restarted.tell("pwrite", 12, 0, "NEW");
    assertThat(content(restarted, 11)).isEqualTo("NEW");
    restarted.tell("pwrite", 20, 0, "OLD");
    assertThat(content(restarted, 10)).isEqualTo("OLD");
  }

  @Test
  void copiesAreKeptWhereTheUserSays() {
    Path folder = filesystem().outside("elsewhere");
    Subject subject = newSubject();
    openOrphan(subject, 10, "orphan", "content");

    Checkpoint checkpoint = checkpoint("--snapshot-dir", folder);

    assertThat(folder.resolve(checkpoint.id()).resolve("tree")).isDirectory();
    Subject restarted = restart(checkpoint);
    assertThat(content(restarted, 10)).isEqualTo("content");
    restarted.close();
    orchestrate().run("delete", checkpoint.id()).expect(0);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void copiesInsideTheTreeAreRefused() {
    Program.run("mkdir", "-m", "700", at("copies"));

    Outcome outcome = refusedCheckpoint(4, "--snapshot-dir", at("copies"));

    assertThat(outcome.err()).contains("inside the tree");
  }

  @Test
  void aPathTooLongForRsyncFailsTheCheckpoint() {
    Subject subject = newSubject();
    subject.tell("chdir", filesystem().mountPoint());
    subject.tell("deepen", "d".repeat(240), 20);
    subject.tell("creat", "a", "content");
    subject.tell("chdir", "/");

    Outcome outcome = refusedCheckpoint(4);

    assertThat(outcome.err()).contains("4095 bytes");
  }

  @Test
  void withoutRsyncItSaysWhichPackageIsMissing() {
    String script = "PATH=/nonexistent exec \"$@\"";

    Outcome outcome =
        orchestrate().runIn(script, checkpointCommand(filesystem().mountPoint())).expect(4);

    assertThat(outcome.err()).contains("apt-get install rsync");
  }

  @Test
  void anOrdinaryUserTakesACheckpointOfTheirOwnProcess() {
    Program.run("mkdir", at("home"));
    Program.run("chown", "nobody:nogroup", at("home"));
    Orchestrate nobody = Orchestrate.ofThisModuleAsNobody();
    atEnd(nobody::close);
    Subject subject = newSubjectOfNobody();
    subject.tell("open", 10, at("home/a"), "rw,creat");
    subject.tell("write", 10, "old");
    subject.tell("rename", at("home/a"), at("home/b"));
    openOrphan(subject, 11, "home/orphan", "orphan");

    Checkpoint checkpoint =
        new Checkpoint(nobody.run(checkpointCommand(at("home"))).expect(0).json());

    Subject restarted =
        watched(nobody.start("restart", checkpoint.id(), "--", SubjectProgram.path()).subject());
    restarted.tell("write", 10, " and more");
    String shown = restarted.tell("readlink", 10).text();
    assertThat(restarted.tell("cat", Path.of(shown).resolveSibling("b")).text())
        .isEqualTo("old and more");
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    restarted.close();
    nobody.run("delete", checkpoint.id()).expect(0);
    assertThat(nobody.state().resolve("copies")).doesNotExist();
  }
}
