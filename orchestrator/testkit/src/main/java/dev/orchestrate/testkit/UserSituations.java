package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An ordinary user, without any capability, takes checkpoints of a tree of their own. */
public abstract class UserSituations extends Situation {
  private static final Path PROTECTED_HARDLINKS = Path.of("/proc/sys/fs/protected_hardlinks");

  private Orchestrate nobody() {
    needs(Claim.ORDINARY_USERS);
    Program.attempt("rmdir", at("lost+found")); // a new ext4 has one, of root's
    Program.run("chown", "nobody:nogroup", filesystem().mountPoint());
    Orchestrate nobody = Orchestrate.ofThisModuleAsNobody();
    atEnd(nobody::close);
    return nobody;
  }

  private Checkpoint takenBy(Orchestrate user) {
    return new Checkpoint(user.run(checkpointCommand(filesystem().mountPoint())).expect(0).json());
  }

  @Test
  void onlyTheUsersOwnProcessesAreFrozenAndRecorded() {
    Orchestrate nobody = nobody();
    Subject own = newSubjectOfNobody();
    own.tell("open", 10, at("own"), "rw,creat");
    own.tell("unlink", at("own"));
    Subject ofRoot = newSubject();
    openOrphan(ofRoot, 10, "of root", "of root");

    Checkpoint checkpoint = takenBy(nobody);

    assertThat(checkpoint.processes()).containsExactly(own.pid());
    assertThat(checkpoint.relinks()).hasSize(1);
    nobody.run("delete", checkpoint.id()).expect(0);
  }

  /**
   * With fs.protected_hardlinks, as everywhere, a user may link what is their own, or a plain file
   * that they can read and write; proc_sys_fs(5).
   */
  @ParameterizedTest
  @ValueSource(strings = {"644", "4777", "2777", "fifo"})
  void whatTheUserCouldNotLinkIsRefused(String kind) {
    assumeTrue(Program.read(PROTECTED_HARDLINKS).startsWith("1"), "hard links are not protected");
    Orchestrate nobody = nobody();
    Subject subject = holderOf(kind);

    Outcome outcome = refused(nobody, 5, checkpointCommand(filesystem().mountPoint()));

    assertThat(outcome.err()).contains("CAP_FOWNER");
    subject.tell("pid");
  }

  @Test
  void whatTheUserCouldLinkIsLinked() {
    Orchestrate nobody = nobody();
    Subject subject = holderOf("666");

    Checkpoint checkpoint = takenBy(nobody);

    assertThat(checkpoint.relink().strategy()).isEqualTo("LINK");
    hasLinks(subject, 10, 1);
    nobody.run("delete", checkpoint.id()).expect(0);
  }

  @Test
  void namesAreNotMadeWhereTheUserMayNotMakeThem() {
    Orchestrate nobody = nobody();
    Program.run("mkdir", "-m", "700", at("lost+found"));
    Subject subject = newSubjectOfNobody();
    replaceA(subject, 10);

    Outcome outcome = refused(nobody, 5, checkpointCommand(filesystem().mountPoint()));

    assertThat(outcome.err()).contains("--relink-template");
  }

  /** Somebody's who holds a file of root's by a name that does not lead to it any more. */
  private Subject holderOf(String kind) {
    if (kind.equals("fifo")) {
      Program.run("mkfifo", "-m", "666", at("of root"));
    } else {
      Program.run("cp", SubjectProgram.path(), at("of root"));
      Program.run("chmod", kind, at("of root"));
    }
    Subject subject = newSubjectOfNobody();
    subject.tell("open", 10, at("of root"), kind.equals("fifo") ? "rw" : "r");
    Program.run("ln", at("of root"), at("other"));
    Program.run("rm", at("of root"));
    return subject;
  }
}
