package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A service goes elsewhere with {@code migrate}, or stays because that fails. */
public abstract class MigrationSituations extends TransferredSituation {
  private List<String> receiving() {
    return other()
        .words(
            "receive",
            "--delete-parent",
            "--backend=" + kindElsewhere().backend(),
            elsewhere().mountPoint());
  }

  private List<String> command(List<Object> options, List<String> receiver) {
    List<String> words = new ArrayList<>(List.of("migrate", "--backend=" + kind().backend()));
    options.forEach(option -> words.add(option.toString()));
    words.addAll(List.of(filesystem().mountPoint().toString(), "--"));
    words.addAll(receiver);
    return words;
  }

  private Outcome migrate(List<Object> options, List<String> receiver) {
    Outcome outcome = orchestrate().run(command(options, receiver).toArray());
    rememberStored();
    return outcome;
  }

  private List<Object> ending(LoggingService service, Object... more) {
    List<Object> options = new ArrayList<>(List.of("--final", "--pid=" + service.pid()));
    options.addAll(List.of(more));
    return options;
  }

  private LoggingService newService() {
    LoggingService service = LoggingService.start(filesystem());
    atEnd(service::close);
    return service;
  }

  /** A shell script in place of the receiver, which is its arguments. */
  private List<String> script(String script) {
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(receiving());
    return words;
  }

  private long lastElsewhere(String id) {
    return LoggingService.lastStored(other(), elsewhere(), id);
  }

  /** Much changes at first, so that there is more than one round. */
  private void fill() {
    Program.run("sh", "-c", "head -c 3000000 /dev/urandom > \"$0\"", at("much"));
  }

  @Test
  void nothingThatTheServiceHasWrittenIsMissingThere() throws IOException {
    LoggingService service = newService();
    fill();

    Outcome outcome = migrate(ending(service), receiving()).expect(0);

    assertThat(service.isAlive()).as(outcome.toString()).isFalse();
    assertThat(outcome.out())
        .contains("round 1: ", ": all of it", "final: ", "what differs from", "ended here: ");
    assertThat(orchestrate().listed()).as("the last stays here").hasSize(1);
    assertThat(other().listed()).as("the last there").isEqualTo(orchestrate().listed());
    String id = other().listed().get(0);
    assertThat(lastElsewhere(id)).isGreaterThanOrEqualTo(service.last());
    Subject restarted =
        watched(other().start("restart", id, "--", SubjectProgram.path()).subject());
    restarted.tell("write", 3, "the next\n");
    restarted.tell("open", 20, elsewhere().path("b"), "r");
    assertThat(content(restarted, 20)).endsWith("\nthe next\n");
    showsAsDeleted(restarted, 3, elsewhere().path("a"));
  }

  @Test
  void withoutFinalTheServiceGoesOnAndCanFollowLater() throws IOException {
    LoggingService service = newService();
    fill();

    Outcome first = migrate(List.of(), receiving()).expect(0);

    service.awaitMore();
    List<String> there = other().listed();
    assertThat(there).isEqualTo(orchestrate().listed()).hasSize(1);
    assertThat(first.out())
        .contains("the processes go on here", "--final --parent " + there.get(0));
    Outcome second =
        migrate(ending(service, "--rounds=0", "--parent=" + there.get(0)), receiving()).expect(0);
    assertThat(second.out()).doesNotContain("all of it");
    assertThat(service.isAlive()).isFalse();
    assertThat(orchestrate().listed()).as("what the user had, and the last").hasSize(2);
    assertThat(other().listed()).hasSize(1);
    assertThat(lastElsewhere(other().listed().get(0))).isGreaterThanOrEqualTo(service.last());
  }

  /** Cut off in the first round, in a later one, and in the last: each time it can be repeated. */
  @Test
  void aReceiverThatIsCutOffLeavesTheServiceAsItWas() throws IOException {
    LoggingService service = newService();
    Path round = filesystem().outside("rounds").resolve("count");
    for (int cut : new int[] {1, 2, 3}) {
      fill();
      Files.writeString(round, "0");
      String cutting =
          """
          n=$(($(cat %1$s) + 1))
          echo $n > %1$s
          if [ $n = %2$d ]; then head -c 2000 | "$@"; else "$@"; fi
          """
              .formatted(round, cut);

      Outcome outcome = migrate(ending(service, "--rounds=2", "--compress=none"), script(cutting));

      assertThat(outcome.status()).as(outcome.toString()).isIn(1, 8);
      assertThat(outcome.err()).doesNotContain("Exception");
      service.awaitMore();
      Optional<String> arrived = other().listed().stream().findFirst();
      assertThat(orchestrate().listed()).as(outcome.toString()).isEqualTo(other().listed());
      arrived.ifPresent(id -> assertThat(outcome.err()).contains("--parent " + id));
      nothingIsLeftToRecover();
      arrived.ifPresent(id -> orchestrate().run("delete", id).expect(0));
      arrived.ifPresent(id -> other().run("delete", id).expect(0));
      rememberStored();
    }
    migrate(ending(service), receiving()).expect(0);
    assertThat(lastElsewhere(other().listed().get(0))).isGreaterThanOrEqualTo(service.last());
  }

  @Test
  void aReceiverThatFailsOrDoesNotSayThatItHasArrivedEndsNobody() {
    LoggingService service = newService();

    Outcome failed = refusedMigration(1, service, List.of("false"));
    assertThat(failed.err()).contains("false: ended with status 1");
    Outcome silent = refusedMigration(1, service, List.of("dd", "of=/dev/null", "status=none"));
    assertThat(silent.err()).contains("dd of=/dev/null", "did not say", "orchestrate receive");
    Outcome absent = refusedMigration(3, service, List.of("/no/such/program"));
    assertThat(absent.err()).contains("/no/such/program", "can't be run");
    Outcome echo = refusedMigration(1, service, List.of("cat"), "--compress=none");
    assertThat(echo.err()).contains("did not say: received checkpoint");
  }

  /** Nobody knows then whether all has arrived: it is kept, and that is said. */
  @Test
  void aReceiverThatTakesTooLongEndsNobody() {
    LoggingService service = newService();

    Outcome late =
        migrate(
            ending(service, "--rounds=0", "--max-stop=3"),
            List.of("sh", "-c", "cat > /dev/null; sleep 1000"));

    late.expect(9);
    service.awaitMore();
    assertThat(late.err()).containsAnyOf("took too long", "were thawed");
    orchestrate()
        .listed()
        .forEach(id -> assertThat(late.err()).contains("orchestrate delete " + id));
    nothingIsLeftToRecover();
  }

  @Test
  void aProcessThatIsNotThereIsNotEnded() {
    Outcome absent =
        orchestrate()
            .run(command(List.of("--final", "--pid=4194300"), receiving()).toArray())
            .expect(3);

    assertThat(absent.err()).contains("process 4194300: there is none");
    assertNothingElsewhere("after a refusal");
  }

  private Outcome refusedMigration(
      int status, LoggingService service, List<String> receiver, Object... options) {
    List<Object> all = ending(service, "--rounds=0");
    all.addAll(List.of(options));
    List<String> before = orchestrate().listed();
    Outcome outcome = migrate(all, receiver).expect(status);
    service.awaitMore();
    assertThat(outcome.err().lines().count()).as(outcome.toString()).isBetween(1L, 2L);
    assertThat(outcome.err()).doesNotContain("Exception");
    assertThat(orchestrate().listed()).as(outcome.toString()).isEqualTo(before);
    nothingIsLeftToRecover();
    return outcome;
  }

  @Test
  void whoeverIsNotNamedIsNotEnded() {
    LoggingService service = newService();

    Outcome outcome =
        orchestrate().run(command(List.of("--final"), receiving()).toArray()).expect(2);

    assertThat(outcome.err()).contains("--pid", Long.toString(service.pid()));
    service.awaitMore();
    assertNothingElsewhere("after a refusal");
  }

  /** The guard thaws in place of the program, and recovery knows what it has left. */
  @Test
  void aMigrationThatIsKilledInTheLastRoundLeavesTheServiceAsItWas() {
    LoggingService service = newService();
    Path arrived = filesystem().outside("rounds").resolve("arrived");
    try (RunningProgram migration = startInLastRound(service, arrived)) {
      migration.kill();
    } finally {
      Program.attempt("kill", "-KILL", Program.read(arrived).strip());
    }

    service.awaitMore();
    orchestrate().run("recover").expect(0);
    nothingIsLeftToRecover();
    orchestrate().listed().forEach(id -> orchestrate().run("delete", id).expect(0));
    service.awaitMore();
  }

  /**
   * One whose receiver takes all that it is given, says into a file who it is, and does not end.
   * Its input ends only when all of the stream is written, in the frozen time.
   */
  private RunningProgram startInLastRound(LoggingService service, Path arrived) {
    String script = "cat > /dev/null; echo $$ > \"$0\"; exec sleep 1000";
    List<String> waiting = List.of("sh", "-c", script, arrived.toString());
    RunningProgram migration =
        orchestrate().start(command(ending(service, "--rounds=0"), waiting).toArray());
    atEnd(migration::close);
    Deadline.require(
        "all was sent", () -> Files.exists(arrived) && !Program.read(arrived).isEmpty());
    return migration;
  }

  @Test
  void aSignalInTheLastRoundLeavesTheServiceAsItWas() {
    LoggingService service = newService();
    Path arrived = filesystem().outside("rounds").resolve("arrived");
    try (RunningProgram migration = startInLastRound(service, arrived)) {
      migration.terminate();
      assertThat(migration.awaitExit()).isIn(9, 143);
      assertThat(migration.err()).contains("interrupted", "may have arrived");
    }

    service.awaitMore();
    nothingIsLeftToRecover();
    rememberStored();
  }
}
