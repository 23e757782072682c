package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The last round of {@code migrate --final} is broken at each of its steps. Either the service has
 * ended, and all that it wrote is there; or it goes on here.
 */
public abstract class BrokenMigrationSituations extends BrokenSituation {
  private MountedFilesystem elsewhere;
  private Orchestrate other;

  /** Each takes a receiver in a Java machine of its own. */
  @Override
  protected int stride() {
    return 20;
  }

  @BeforeEach
  void makeAnotherPlace() {
    needs(Claim.RECEIVING);
    other = newOrchestrate();
    atEnd(other::close);
    elsewhere = kind().make(512 * MIB);
    atEnd(elsewhere::close);
    other.runInProcess();
  }

  @Test
  void aMigrationIsKilledAtEachStep() {
    breakEachStep("kill");
  }

  @Test
  void aMigrationMeetsAnErrorAtEachStep() {
    breakEachStep("EIO");
  }

  private void breakEachStep(String fault) {
    int steps;
    try (LoggingService service = LoggingService.start(filesystem())) {
      steps = stepsOf(command(service)).size();
      Deadline.require("all is gone", this::isGoneEverywhere);
    }
    int stayed = 0;
    int ended = 0;
    for (int step : chosen(steps)) {
      try (LoggingService service = LoggingService.start(filesystem())) {
        Outcome outcome = orchestrate().runBroken(fault + ":" + step, command(service));
        awaitReceiver();
        String when = fault + " at step " + step + " of " + steps + ": " + outcome;
        if (service.isAlive()) {
          service.awaitMore();
          stayed++;
        } else {
          List<String> there = other.listed();
          assertThat(there).as(when).hasSize(1);
          assertThat(lastElsewhere(there.get(0))).as(when).isGreaterThanOrEqualTo(service.last());
          assertThat(orchestrate().listed()).as("the last stays here; " + when).isEqualTo(there);
          assertThat(outcome.err()).as(when).doesNotContain("go on");
          ended++;
        }
        Deadline.require("all is gone: " + when, this::isGoneEverywhere);
        assertThat(filesystem().strayMounts()).as(when).isEmpty();
      }
      nothingIsLeftToRecover();
    }
    assertThat(stayed).as("services that go on, beside " + ended).isPositive();
  }

  private Object[] command(LoggingService service) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("migrate", "--backend=" + kind().backend(), "--final", "--rounds=0"));
    words.addAll(List.of("--pid=" + service.pid(), filesystem().mountPoint(), "--"));
    words.addAll(List.of("flock", receiving()));
    words.addAll(other.words("receive", "--backend=" + kind().backend(), elsewhere.mountPoint()));
    return words.toArray();
  }

  /** Without its input it ends by itself, a moment later. */
  private void awaitReceiver() {
    Program.run("flock", receiving(), "true");
  }

  private Path receiving() {
    return filesystem().outside("receiver").resolve("running");
  }

  private boolean isGoneEverywhere() {
    for (Orchestrate one : List.of(orchestrate(), other)) {
      one.run("recover");
      one.listed().forEach(id -> one.run("delete", id));
    }
    return orchestrate().listed().isEmpty()
        && other.listed().isEmpty()
        && inventory().equals(stored());
  }

  private long lastElsewhere(String id) {
    return LoggingService.lastStored(other, elsewhere, id);
  }
}
