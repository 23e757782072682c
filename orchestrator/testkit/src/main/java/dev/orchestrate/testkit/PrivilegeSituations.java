package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Root with the documented capabilities and no other: all works with them, and without any one of
 * them a command says which it is, leaves nothing and freezes nobody.
 */
@Tag("once")
public abstract class PrivilegeSituations extends Situation {
  private static final String IMMUTABLE = "CAP_LINUX_IMMUTABLE";

  static Stream<String> ofTheUnit() {
    return ShippedUnit.capabilities().stream();
  }

  static Stream<String> ofRestart() {
    return ShippedUnit.documentedFor("restart").stream();
  }

  /** What a restart by this backend has no use for, though others have. */
  protected Set<String> withoutUseAtRestart() {
    return Set.of();
  }

  /** What this backend has a use for: where an immutable file can't be kept, no right helps. */
  private boolean hasUseFor(String capability) {
    return !capability.equals(IMMUTABLE) || claims(Claim.IMMUTABLE_FILES);
  }

  private void needs(String capability) {
    assumeTrue(hasUseFor(capability), "no backend for immutable files");
  }

  @Test
  void theTableAndTheUnitNameTheSame() {
    assertThat(ShippedUnit.documentedFor("checkpoint")).isEqualTo(ShippedUnit.capabilities());
    assertThat(ShippedUnit.capabilities()).hasSizeGreaterThan(5).doesNotContain("CAP_SYS_ADMIN");
  }

  @Test
  void whatIsDocumentedIsEnough() {
    Subject subject = subjectOfSomebodyElse();
    Stream.of(
            "CAP_LINUX_IMMUTABLE",
            "CAP_MKNOD",
            "CAP_SETFCAP",
            "CAP_FSETID",
            "CAP_CHECKPOINT_RESTORE",
            "CAP_DAC_READ_SEARCH")
        .filter(this::hasUseFor)
        .forEach(this::holderForWhom);
    Tree before = filesystem().tree(kind());

    Checkpoint checkpoint =
        new Checkpoint(
            orchestrate()
                .runWithOnly(
                    ShippedUnit.capabilities(), checkpointCommand(filesystem().mountPoint()))
                .expect(0)
                .json());
    List<String> withIt = inventory();
    Outcome restarted = restarted(ShippedUnit.documentedFor("restart"), checkpoint, subject);
    Path view = filesystem().outside("view");
    List<String> forMount = ShippedUnit.documentedFor("mount");
    orchestrate().runWithOnly(forMount, "mount", checkpoint.id(), view).expect(0);
    orchestrate().runWithOnly(forMount, "umount", view).expect(0);
    orchestrate()
        .runWithOnly(ShippedUnit.documentedFor("verify"), "verify", "--record", checkpoint.id())
        .expect(0);
    orchestrate()
        .runWithOnly(ShippedUnit.documentedFor("verify"), "diff", checkpoint.id())
        .expect(0);

    assertThat(restarted.expect(0).out()).isEqualTo("oldorphan");
    assertThat(inventory()).as("what is stored").isEqualTo(withIt);
    orchestrate()
        .runWithOnly(ShippedUnit.documentedFor("delete"), "delete", checkpoint.id())
        .expect(0);
    assertThat(filesystem().tree(kind())).as("the live tree").isEqualTo(before);
    assertThat(inventory()).as("after delete").isEqualTo(stored());
    takeProtectionAway();
  }

  @ParameterizedTest
  @MethodSource("ofTheUnit")
  void withoutOneOfThemACheckpointSaysWhichIsMissing(String missing) {
    needs(missing);
    subjectOfSomebodyElse();
    holderForWhom(missing);
    List<String> others = allBut(missing, ShippedUnit.capabilities());
    Tree before = filesystem().tree(kind());

    Outcome outcome =
        orchestrate().runWithOnly(others, checkpointCommand(filesystem().mountPoint()));

    assertThat(outcome.expect(5).err()).contains(missing).doesNotContain("besides", "Exception");
    assertThat(filesystem().tree(kind())).as("the live tree").isEqualTo(before);
    assertThat(inventory()).as("what is stored").isEqualTo(stored());
    nothingIsLeftToRecover();
    takeProtectionAway();
  }

  @ParameterizedTest
  @MethodSource("ofRestart")
  void withoutOneOfThemARestartSaysWhichIsMissing(String missing) {
    needs(missing);
    assumeTrue(!withoutUseAtRestart().contains(missing), "not needed by " + kind().backend());
    Subject subject = subjectOfSomebodyElse();
    subject.tell("mkfifo", at("pipe"));
    subject.tell("open", 12, at("pipe"), "rw");
    subject.tell("unlink", at("pipe"));
    holderForWhom(missing);
    Checkpoint checkpoint = checkpoint();
    List<String> others = allBut(missing, ShippedUnit.documentedFor("restart"));

    Outcome outcome =
        missing.startsWith("CAP_SET")
            ? orchestrate().runWithOnly(others, "restart", "--all", checkpoint.id())
            : restarted(others, checkpoint, subject);

    if (missing.equals("CAP_SYS_ADMIN")) {
      assertThat(outcome.expect(0).err()).contains("and not at", missing);
    } else {
      assertThat(outcome.expect(5).err()).contains(missing).doesNotContain("Exception");
    }
    orchestrate().run("recover").expect(0);
    assertThat(inventory()).as("what is stored").isEqualTo(stored());
    takeProtectionAway();
  }

  private Outcome restarted(List<String> capabilities, Checkpoint checkpoint, Subject subject) {
    return orchestrate()
        .runWithOnly(
            capabilities,
            "restart",
            "--process",
            subject.pid(),
            checkpoint.id(),
            "--",
            "cat",
            "/proc/self/fd/10",
            "/proc/self/fd/11");
  }

  private static List<String> allBut(String missing, List<String> all) {
    List<String> others = new ArrayList<>(all);
    assertThat(others.remove(missing)).as(missing).isTrue();
    return others;
  }

  /** A process of nobody's, with a replaced file at 10 and an orphan at 11. */
  private Subject subjectOfSomebodyElse() {
    Program.run("chmod", "777", filesystem().mountPoint());
    Subject subject = newSubjectOfNobody("--inh-caps=-all");
    subject.tell("umask", 77);
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    return subject;
  }

  /** Somebody who holds what can't be kept without this capability. */
  private void holderForWhom(String capability) {
    switch (capability) {
      case "CAP_LINUX_IMMUTABLE" -> {
        Program.run("chattr", "+i", at("b"));
      }
      case "CAP_MKNOD" -> {
        Program.run("mknod", at("null"), "c", 1, 3);
        Subject holder = newSubject();
        holder.tell("open", 20, at("null"), "rw");
        holder.tell("unlink", at("null"));
      }
      case "CAP_SETFCAP" -> {
        Subject holder = newSubject();
        holder.tell("open", 21, at("ping"), "rw,creat");
        Program.run("setcap", "cap_net_raw=ep", at("ping"));
        holder.tell("unlink", at("ping"));
      }
      case "CAP_FSETID" -> {
        Subject holder = newSubjectOfNobody("--inh-caps=-all");
        holder.tell("open", 22, at("setgid"), "rw,creat");
        Program.run("chmod", "2710", at("setgid"));
        holder.tell("unlink", at("setgid"));
      }
      case "CAP_CHECKPOINT_RESTORE" -> {
        Subject holder = newSubjectOfNobody("--inh-caps=-all");
        holder.tell("open", 23, at("mapped"), "rw,creat");
        holder.tell("truncate", 23, 4096);
        holder.tell("mmap", 23, 4096, "rw", "shared", 0);
        holder.tell("close", 23);
        holder.tell("unlink", at("mapped"));
      }
      case "CAP_DAC_READ_SEARCH" -> {
        Subject holder = newSubject();
        holder.tell("unsharemount");
        holder.tell("open", 24, at("inside"), "rw,creat");
        holder.tell("link", at("inside"), at("outside"));
        holder.tell("unlink", at("inside"));
      }
      default -> {
        // a process of another user is enough
      }
    }
  }

  private void takeProtectionAway() {
    Program.attempt("chattr", "-i", at("b"));
  }
}
