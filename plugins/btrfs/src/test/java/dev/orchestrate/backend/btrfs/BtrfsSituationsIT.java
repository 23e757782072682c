package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.CheckpointSituations;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.SubjectProgram;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The promises on btrfs, and what only btrfs has. */
class BtrfsSituationsIT extends CheckpointSituations {

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  @Nested
  class Subvolumes extends Situation {

    @Override
    protected TestFilesystem kind() {
      return new BtrfsOnLoop();
    }

    private Path subvolume(String name) {
      Program.run("btrfs", "--quiet", "subvolume", "create", at(name));
      rememberStored();
      return at(name);
    }

    @Test
    void anUnlinkedFileInANestedSubvolumeIsRelinkedThere() {
      subvolume("nested");
      subvolume("nested/deeper");
      Subject subject = newSubject();
      replaceA(subject, 10);
      openOrphan(subject, 11, "nested/orphan", "in nested");
      subject.tell("open", 12, at("nested/deeper/a"), "rw,creat");
      subject.tell("write", 12, "in deeper");
      subject.tell("rename", at("nested/deeper/a"), at("nested/deeper/b"));

      Checkpoint checkpoint = checkpoint();
      Subject restarted = restart(checkpoint);

      assertThat(checkpoint.relinks())
          .extracting(relink -> relink.relinked().text())
          .anyMatch(path -> path.startsWith("nested/lost+found/checkpoint/"));
      restarted.tell("write", 10, " and more");
      restarted.tell("write", 12, " and more");
      assertThat(restarted.tell("cat", at("b")).text()).isEqualTo("old and more");
      assertThat(content(restarted, 11)).isEqualTo("in nested");
      assertThat(restarted.tell("cat", at("nested/deeper/b")).text())
          .isEqualTo("in deeper and more");
      assertThat(Program.run("cat", at("nested/deeper/b"))).isEqualTo("in deeper");
    }

    @Test
    void aRollbackGoesIntoNestedSubvolumes() {
      subvolume("nested");
      Program.run("cp", "/etc/hostname", at("nested/file"));
      Checkpoint checkpoint = checkpoint();
      Program.run("cp", "/etc/passwd", at("nested/file"));

      orchestrate().run("rollback", checkpoint.id()).expect(0);
      rememberStored();

      Program.run("cmp", "/etc/hostname", at("nested/file"));
      Program.run("btrfs", "subvolume", "show", at("nested"));
      assertThat(orchestrate().run("diff", checkpoint.id()).expect(0).out()).isEmpty();
    }

    /** As where the tree is that of the whole system. */
    @Test
    void theStateFolderInTheTreeIsNotRolledBack() {
      String state = "--state-dir=" + at("state");
      String id = theTreeButNotTheStateIsRolledBack(state);
      assertThat(orchestrate().run("diff", state, id).expect(0).out()).isEmpty();
    }

    /** Returns the checkpoint that it was rolled back to. */
    private String theTreeButNotTheStateIsRolledBack(String state) {
      Object[] checkpoint = {"checkpoint", state, "--json", filesystem().mountPoint()};
      Outcome made = orchestrate().run(checkpoint).expect(0);
      String id = made.json().required("id").textValue();
      Program.run("touch", at("since"));

      orchestrate().run("rollback", state, id).expect(0);
      rememberStored();

      assertThat(at("since")).doesNotExist();
      assertThat(orchestrate().run("list", state, "--json").expect(0).json()).hasSize(2);
      return id;
    }

    /** As where /var is a link to a folder in the tree. */
    @Test
    void theStateFolderThatALinkLeadsToIsNotRolledBack() {
      Path link = filesystem().outside("beside").resolve("link");
      Program.run("mkdir", at("data"));
      Program.run("ln", "-s", at("data"), link);
      theTreeButNotTheStateIsRolledBack("--state-dir=" + link.resolve("state"));
    }

    /** What is mounted from the tree elsewhere has two names, of which the other is known. */
    @Test
    void theStateFolderThatAMountShowsElsewhereIsNotRemoved() {
      Program.run("mkdir", at("data"));
      String state = "--state-dir=" + filesystem().bind(at("data"), "bound").resolve("state");
      Object[] checkpoint = {"checkpoint", state, "--json", filesystem().mountPoint()};
      Outcome made = orchestrate().run(checkpoint).expect(0);
      rememberStored();

      Object[] rollback = {"rollback", state, made.json().required("id").textValue()};
      Outcome refused = orchestrate().run(rollback).expect(7);
      assertThat(refused.err()).contains("checkpoints are stored at data/state");
      assertThat(orchestrate().run("list", state, "--json").expect(0).json()).hasSize(1);
    }

    /** It may be all that is left of somebody's snapshots. */
    @Test
    void aSubvolumeMadeSinceOrDeletedSinceIsNotRolledBack() {
      subvolume("nested");
      Checkpoint checkpoint = checkpoint();
      subvolume("since");
      assertThat(refused(7, "rollback", checkpoint.id()).err()).contains("since was no subvolume");

      Program.run("btrfs", "--quiet", "subvolume", "delete", at("since"), at("nested"));
      rememberStored();
      assertThat(refused(7, "rollback", checkpoint.id()).err()).contains("nested was a subvolume");
    }

    @Test
    void onlyANestedSubvolumeIsTheTarget() {
      Path nested = subvolume("nested");
      Subject subject = newSubject();
      openOrphan(subject, 10, "nested/inside", "inside");
      openOrphan(subject, 11, "outside", "outside");

      Checkpoint checkpoint = checkpointOf(nested);
      Subject restarted = restart(checkpoint);

      assertThat(checkpoint.relink().original().text()).isEqualTo("inside");
      assertThat(content(restarted, 10)).isEqualTo("inside");
      assertThat(restarted.attempt("tell", 11).error()).isEqualTo("EBADF");
    }

    @Test
    void snapshotsAreKeptWhereTheUserSays() {
      Path folder = at("snapshots");
      Program.run("mkdir", folder);
      Subject subject = newSubject();
      replaceA(subject, 10);

      Outcome outcome =
          orchestrate()
              .run(checkpointCommand(filesystem().mountPoint(), "--snapshot-dir", folder))
              .expect(0);
      rememberStored();

      Checkpoint checkpoint = new Checkpoint(outcome.json());
      assertThat(kind().inventory(filesystem()).toString()).contains(" snapshots/");
      assertThat(content(restart(checkpoint), 10)).isEqualTo("old");
    }

    @Test
    void theStoredSnapshotIsReadOnlyAndStaysSo() {
      Subject subject = newSubject();
      replaceA(subject, 10);
      Checkpoint checkpoint = checkpoint();
      String before = readOnlySubvolumes();

      Subject restarted = restart(checkpoint);
      restarted.tell("write", 10, " and more");
      restarted.close();

      assertThat(before).isNotEmpty();
      assertThat(readOnlySubvolumes()).isEqualTo(before);
      assertThat(Program.run("cat", at(".orchestrate").resolve(checkpoint.id()).resolve("0/b")))
          .isEqualTo("old");
    }

    /** Without their generations: being the source of a snapshot is a change of that too. */
    private String readOnlySubvolumes() {
      return Program.run("btrfs", "subvolume", "list", "-r", filesystem().mountPoint())
          .replaceAll(" gen \\d+", "");
    }

    @Test
    void anOrdinaryUserTakesACheckpointOfTheirOwnProcess() {
      Path home = subvolume("home");
      Program.run("chown", "nobody:nogroup", home);
      Orchestrate nobody = Orchestrate.ofThisModuleAsNobody();
      atEnd(nobody::close);
      Subject subject = newSubjectOfNobody();
      subject.tell("open", 10, home.resolve("a"), "rw,creat");
      subject.tell("write", 10, "old");
      subject.tell("link", home.resolve("a"), home.resolve("b"));
      subject.tell("unlink", home.resolve("a"));
      openOrphan(subject, 11, "home/orphan", "orphan");
      Subject ofRoot = newSubject();
      openOrphan(ofRoot, 10, "home/of root", "of root");

      Outcome outcome = nobody.run(checkpointCommand(home)).expect(0);
      rememberStored();
      Checkpoint checkpoint = new Checkpoint(outcome.json());

      assertThat(checkpoint.processes()).containsExactly(subject.pid());
      assertThat(checkpoint.relinks()).hasSize(2);
      refused(5, "--state-dir", nobody.state(), "restart", checkpoint.id(), "--", "true");
      Subject restarted =
          watched(nobody.start("restart", checkpoint.id(), "--", SubjectProgram.path()).subject());
      restarted.tell("write", 10, " and more");
      String shown = restarted.tell("readlink", 10).text();
      assertThat(shown).endsWith("/a (deleted)");
      assertThat(restarted.tell("cat", Path.of(shown).resolveSibling("b")).text())
          .isEqualTo("old and more");
      assertThat(content(restarted, 11)).isEqualTo("orphan");
      restarted.close();
      nobody.run("delete", checkpoint.id()).expect(0);
      rememberStored();
      assertThat(kind().inventory(filesystem())).hasSize(1);
    }
  }

  @Nested
  class Misfits extends Situation {

    @Override
    protected TestFilesystem kind() {
      return new BtrfsOnLoop();
    }

    @Test
    void thePathIsOnAnotherKindOfFilesystem() {
      Path tmpfs = filesystem().tmpfs(filesystem().outside("tmpfs"));

      Outcome outcome = refused(4, checkpointCommand(tmpfs));

      assertThat(outcome.err()).contains("btrfs");
    }

    @Test
    void aCheckpointWhoseFilesystemIsNotMountedIsNotDeleted() {
      Subject subject = newSubject();
      openOrphan(subject, 10, "a", "content");
      Checkpoint checkpoint = checkpoint();
      subject.close();

      filesystem()
          .whileUnmounted(
              () ->
                  assertThat(orchestrate().run("delete", checkpoint.id()).expect(3).err())
                      .contains("is not mounted", "delete --force " + checkpoint.id()));

      assertThat(content(restart(checkpoint), 10)).isEqualTo("content");
    }

    @Test
    void aCheckpointWhoseFilesystemIsGoneForGoodIsForgotten() {
      Checkpoint checkpoint = checkpoint();
      String kept = checkpoint().id();

      filesystem()
          .whileUnmounted(
              () -> {
                Outcome outcome = orchestrate().run("delete", "--force", checkpoint.id()).expect(0);
                assertThat(outcome.out()).isEqualTo("forgot " + checkpoint.id() + "\n");
                assertThat(outcome.err()).contains("may still be stored", "is not mounted");
              });

      assertThat(orchestrate().run("list").expect(0).out())
          .doesNotContain(checkpoint.id())
          .contains(kept);
      assertThat(orchestrate().run("delete", "--force", kept).expect(0).out())
          .isEqualTo("deleted " + kept + "\n");
      rememberStored();
    }

    @Test
    void thePathIsAFolderWithinASubvolume() {
      Program.run("mkdir", at("d"));

      Outcome outcome = refused(4, checkpointCommand(at("d")));

      assertThat(outcome.err()).contains(at("d").toString());
    }
  }
}
