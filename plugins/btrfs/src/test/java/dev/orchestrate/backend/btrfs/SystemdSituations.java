package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Deadline;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Rendezvous;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.SubjectProgram;
import dev.orchestrate.testkit.TestFilesystem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes that are chosen by the name of their systemd unit, where systemd is at work. */
class SystemdSituations extends Situation {
  private static final String UNIT = "orchestrate-test.service";

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  /** A service without what others depend on, such as a system bus; it ends with its subject. */
  private Subject newService() {
    Rendezvous rendezvous = newRendezvous();
    List<Object> command = new ArrayList<>();
    command.addAll(
        List.of("systemd-run", "--quiet", "--property=DefaultDependencies=no", "--unit=" + UNIT));
    command.addAll(rendezvous.command(SubjectProgram.path()));
    Program.run(command.toArray());
    atEnd(() -> Deadline.require("the service has ended", () -> !isKnown(UNIT)));
    return watched(rendezvous.next());
  }

  private static boolean isKnown(String unit) {
    return Program.run("systemctl", "show", "--property=LoadState", unit).contains("=loaded");
  }

  @Test
  void aUnitIsFrozenAndItsFilesComeBack() {
    Subject service = newService();
    replaceA(service, 10);
    Subject other = newSubject();
    openOrphan(other, 10, "orphan", "of another");

    Checkpoint checkpoint = checkpoint("--unit", UNIT);

    assertThat(checkpoint.processes()).containsExactly(service.pid());
    hasOriginal(checkpoint.relink(), "a");
    service.tell("write", 10, " and more");
    assertThat(content(service, 10)).isEqualTo("old and more");
    Subject restarted = restart(checkpoint);
    restarted.tell("write", 10, " and something else");
    assertThat(restarted.tell("cat", at("b")).text()).isEqualTo("old and something else");
  }

  @Test
  void aUnitIsKnownWithoutItsSuffix() {
    Subject service = newService();
    replaceA(service, 10);

    Checkpoint checkpoint = checkpoint("--unit", UNIT.replace(".service", ""));

    assertThat(checkpoint.processes()).containsExactly(service.pid());
  }

  @Test
  void aUnitThatDoesNotRunIsRefused() {
    Outcome outcome = refusedCheckpoint(3, "--unit", "nothing.service");

    assertThat(outcome.err()).contains("nothing.service").contains("systemctl status");
  }
}
