package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Another user, who owns the top of the tree, means harm while root rolls it back. Nothing outside
 * is touched, and no inode of somebody else's gets another owner or mode.
 */
@Tag("once")
public abstract class HostileRollbackSituations extends RolledBackSituation {
  private static final int ROUNDS = 2;

  /** Files of the attacker's, enough of them that a rollback takes a while; and of others. */
  private static final String BEFORE =
      """
      mkdir -p mine/sub victim vault
      for i in $(seq 60); do echo $i >mine/$i; echo $i >mine/sub/$i; done
      : >mine/empty
      chown -R nobody:nogroup . ; chmod 666 mine/empty
      [ ! -e lost+found ] || chown root:root lost+found
      chown -R root:root victim vault; chmod 700 victim vault
      echo secret >victim/secret; echo secret >victim/1
      : >vault/empty; chmod -R go= victim vault
      """;

  /** Folders change, so that new ones come; files change, in both. */
  private static final String SINCE =
      """
      chmod 711 mine/sub
      for i in $(seq 60); do echo since >mine/$i; done
      mkdir junk; for i in $(seq 60); do echo $i >junk/$i; done
      chown -R nobody:nogroup junk
      """;

  private Path outside;

  @BeforeEach
  void makeVictim() {
    needs(Claim.ROLLING_BACK);
    outside = filesystem().outside("victim");
    Program.run("cp", "/etc/hostname", outside.resolve("1"));
    Program.run("chmod", "600", outside.resolve("1"));
  }

  /** Rolls back while somebody else is at work, and says how often that succeeded. */
  private int attempt(Checkpoint checkpoint) {
    int made = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Outcome outcome = orchestrate().run("rollback", "--force", checkpoint.id());
      assertThat(outcome.err()).as(outcome.toString()).doesNotContain("Exception", "fault of");
      made += outcome.status() == 0 ? 1 : 0;
      orchestrate().run("recover");
    }
    return made;
  }

  private Subject holderOfVictims() {
    Subject holder = newSubject();
    holder.tell("open", 10, at("victim"), "r");
    holder.tell("open", 11, at("victim/secret"), "r");
    holder.tell("open", 12, at("victim/1"), "r");
    return holder;
  }

  /** Owner and mode of what a process has open, whatever became of its name. */
  private static String ownership(Subject holder, int... descriptors) {
    StringBuilder all = new StringBuilder();
    for (int descriptor : descriptors) {
      Path open = Path.of("/proc/" + holder.pid() + "/fd/" + descriptor);
      all.append(Program.run("stat", "-L", "-c", "%u:%g %a", open));
    }
    return all.toString();
  }

  @Test
  void foldersThatAreExchangedAllTheTimeMisleadNoRollback(TestReporter reporter) {
    sh(BEFORE);
    sh("ln -s " + outside + " link");
    Checkpoint checkpoint = checkpoint();
    TreeState before = state();
    Untouched untouched = Untouched.of(outside);
    sh(SINCE);
    Subject holder = holderOfVictims();
    String owned = ownership(holder, 10, 11, 12);
    Subject attacker = newSubjectOfNobody("--inh-caps=-all");
    attacker.tell("swap", at("mine"), at("victim"));
    Subject other = newSubjectOfNobody("--inh-caps=-all");
    other.tell("swap", at("mine"), at("link"));

    int made = attempt(checkpoint);
    attacker.close();
    other.close();

    assertThat(ownership(holder, 10, 11, 12)).isEqualTo(owned);
    assertThat(content(holder, 11)).isEqualTo("secret\n");
    assertThat(Untouched.of(outside)).isEqualTo(untouched);
    reporter.publishEntry("exchanged", ROUNDS + " rollbacks, " + made + " done");
    orchestrate().run("rollback", "--force", checkpoint.id()).expect(0);
    rememberStored();
    assertThat(state().lines()).isEqualTo(before.lines());
  }

  /** At steps of the rollback that give a name, so at the worst of moments. */
  @Test
  void foldersThatAreExchangedJustBeforeANameChangesMisleadNoRollback() {
    sh(BEFORE.replace("seq 60", "seq 2"));
    Checkpoint checkpoint = checkpoint();
    TreeState before = state();
    sh(SINCE.replace("seq 60", "seq 2"));
    Subject holder = holderOfVictims();
    String owned = ownership(holder, 10, 11, 12);
    Subject attacker = newSubjectOfNobody("--inh-caps=-all");
    Object[] command = {"rollback", "--force", checkpoint.id()};

    int steps = 0;
    try (RunningProgram program = orchestrate().startBroken("stop:renameat2", command)) {
      while (program.isStoppedOrEnds()) {
        if (steps++ % 3 != 2) { // an exchange takes two of these calls: twice is as never
          attacker.tell("rename", at("mine"), at("theirs"));
          attacker.tell("rename", at("victim"), at("mine"));
          attacker.tell("rename", at("theirs"), at("victim"));
        }
        program.resume();
      }
      assertThat(program.err()).doesNotContain("Exception", "fault of");
    }

    assertThat(steps).isPositive();
    assertThat(ownership(holder, 10, 11, 12)).isEqualTo(owned);
    assertThat(content(holder, 11)).isEqualTo("secret\n");
    orchestrate().run("recover").expect(0);
    orchestrate().run("rollback", "--force", checkpoint.id()).expect(0);
    rememberStored();
    assertThat(state().lines()).isEqualTo(before.lines());
  }

  /** With the same contents, so that only owner and mode differ from what is stored. */
  @Test
  void aFileOfSomebodyElseThatWasLinkedInIsNotGivenAway() {
    sh(BEFORE);
    Checkpoint checkpoint = checkpoint();
    Untouched vault = Untouched.of(at("vault"));
    sh("ln -f vault/empty mine/empty");

    orchestrate().run("rollback", checkpoint.id()).expect(0);
    rememberStored();

    assertThat(Untouched.of(at("vault"))).isEqualTo(vault);
    assertThat(Program.run("stat", "-c", "%U %a", at("mine/empty"))).isEqualTo("nobody 666\n");
  }

  @Test
  void aFileThatBecomesALinkToElsewhereIsNotFollowed() {
    sh(BEFORE);
    sh("ln -s " + outside.resolve("1") + " mine/link");
    sh("ln mine/2 mine/two; ln mine/1 mine/one; chown -h nobody:nogroup mine/link");
    Checkpoint checkpoint = checkpoint();
    TreeState before = state();
    Untouched untouched = Untouched.of(outside);
    sh(SINCE);
    sh("rm mine/one mine/two");
    Subject attacker = newSubjectOfNobody("--inh-caps=-all");
    attacker.tell("swap", at("mine/1"), at("mine/link"));

    attempt(checkpoint);
    attacker.close();

    assertThat(Untouched.of(outside)).isEqualTo(untouched);
    sh("echo since >mine/3"); // a date of a folder alone is no difference
    orchestrate().run("rollback", checkpoint.id()).expect(0);
    rememberStored();
    assertThat(state().lines()).isEqualTo(before.lines());
  }

  /** Who could have the path of the tree lead to /etc in the midst of it. */
  @Test
  void aTreeInAFolderOfSomebodyElseIsNotRolledBack() {
    sh(BEFORE);
    Checkpoint checkpoint = checkpoint();
    sh(SINCE);
    Path above = filesystem().mountPoint().getParent();
    Program.run("chown", "nobody:nogroup", above);
    try {
      assertThat(refused(5, "rollback", checkpoint.id()).err())
          .contains(above + ": others than root");
    } finally {
      Program.run("chown", "root:root", above);
    }
  }

  /** In the place of what is to be removed. */
  @Test
  void whereCheckpointsAreStoredIsNotRemoved() {
    sh(BEFORE);
    Checkpoint checkpoint = checkpoint();
    assumeTrue(Files.exists(at(".orchestrate")), "nothing is stored in the tree");
    TreeState before = state();
    sh(SINCE);
    Subject attacker = newSubjectOfNobody("--inh-caps=-all");
    attacker.tell("swap", at(".orchestrate"), at("junk"));

    attempt(checkpoint);
    attacker.close();

    if (Files.exists(at(".orchestrate/1")) || !Files.exists(at(".orchestrate"))) {
      Program.attempt("mv", "-T", at(".orchestrate"), at("aside"));
      Program.run("mv", "-T", at("junk"), at(".orchestrate"));
    }
    orchestrate().run("recover").expect(0);
    orchestrate().run("rollback", checkpoint.id()).expect(0);
    rememberStored();
    assertThat(state().lines()).isEqualTo(before.lines());
  }
}
