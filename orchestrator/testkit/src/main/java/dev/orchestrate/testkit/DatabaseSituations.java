package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Real databases at work. Their clients don't notice a checkpoint, and a second server starts from
 * the view as after a power cut, with all that was committed. Besides what all situations need,
 * these need the servers and clients of PostgreSQL and MariaDB.
 */
public abstract class DatabaseSituations extends Situation {

  @Test
  void aPostgresUnderLoadStartsCleanFromTheView(TestReporter reporter) {
    Postgres live = newPostgres();
    PgBench load = closedAtEnd(live.startLoad(), PgBench::close);
    NumberedRows rows = closedAtEnd(NumberedRows.start(live.connect()), NumberedRows::close);
    rows.requireProgress();

    long before = rows.acknowledged();
    Checkpoint checkpoint = checkpointUnderLoad(reporter);
    long after = rows.begun();

    assertThat(checkpoint.processes()).contains(live.pid());
    rows.requireProgress();
    rows.stop();
    load.stop();
    Path view = mounted(checkpoint);
    Program.run("rm", view.resolve("pgdata/postmaster.pid"));
    Postgres second =
        closedAtEnd(Postgres.start(view.resolve("pgdata"), sockets("second")), Postgres::close);
    assertThat(second.log())
        .contains("automatic recovery in progress")
        .doesNotContain("PANIC", "ERROR", "WARNING");
    requireRows(second, before, after);
    second.requireBalance();
    second.requireSound();
    second.stop();
    second.requireChecksums();
    umount(view);
    live.stop();
  }

  @Test
  void whatAPostgresHoldsUnlinkedIsKept(TestReporter reporter) {
    Postgres live = newPostgres();
    SqlSession idle = closedAtEnd(live.connect(), SqlSession::close);
    SqlSession busy = closedAtEnd(live.connect(), SqlSession::close);
    long backend = Long.parseLong(idle.value("SELECT pg_backend_pid()"));
    busy.ask("CREATE TABLE doomed AS SELECT generate_series(1, 1000) AS n");
    String table = busy.value("SELECT pg_relation_filepath('doomed')");
    idle.ask("CREATE TABLE written AS SELECT n FROM doomed");
    busy.ask("DROP TABLE doomed");
    Deadline.require(
        "the dropped table and a segment of the log are unlinked while the idle one has them open",
        () -> {
          busy.ask("INSERT INTO written SELECT generate_series(1, 1000)");
          busy.ask("SELECT pg_switch_wal()");
          busy.ask("CHECKPOINT");
          List<String> names = unlinkedOf(backend).stream().map(UnlinkedFile::name).toList();
          return names.contains("pgdata/" + table)
              && names.stream().anyMatch(name -> name.startsWith("pgdata/pg_wal/"));
        });
    List<UnlinkedFile> unlinked = unlinkedOf(backend);

    Checkpoint checkpoint = checkpointUnderLoad(reporter);

    requireListed(checkpoint, unlinked);
    Path view = mounted(checkpoint);
    for (UnlinkedFile file : unlinked) {
      Program.run("cmp", file.descriptor(), relinked(checkpoint, view, file));
    }
    umount(view);
    restarted(
        checkpoint,
        backend,
        unlinked.stream()
            .map(file -> "cmp %s %s".formatted(file.descriptor(), file.own()))
            .collect(Collectors.joining(" && ")));
    assertThat(idle.value("SELECT COUNT(*) > 1000 FROM written")).isEqualTo("t");
    live.stop();
  }

  @Test
  void aMariaDbUnderLoadStartsCleanFromTheView(TestReporter reporter) {
    MariaDb.init(at("mysql"), at("tmp"));
    MariaDb live =
        closedAtEnd(MariaDb.start(at("mysql"), at("tmp"), sockets("first")), MariaDb::close);
    NumberedRows rows = closedAtEnd(NumberedRows.start(live.connect()), NumberedRows::close);
    int standing = unlinkedOf(live.pid()).size();
    SqlSession sorting = closedAtEnd(live.connect(), SqlSession::close);
    live.sortInAFile(sorting);
    List<UnlinkedFile> unlinked = unlinkedOf(live.pid());
    assertThat(unlinked).as("temporary files").hasSizeGreaterThan(standing);
    rows.requireProgress();

    long before = rows.acknowledged();
    Checkpoint checkpoint = checkpointUnderLoad(reporter);
    long after = rows.begun();

    assertThat(checkpoint.processes()).containsExactly(live.pid());
    requireListed(checkpoint, unlinked);
    rows.requireProgress();
    rows.stop();
    Path view = mounted(checkpoint);
    for (UnlinkedFile file : unlinked) {
      Program.run("cmp", file.descriptor(), relinked(checkpoint, view, file));
    }
    MariaDb second =
        closedAtEnd(
            MariaDb.start(view.resolve("mysql"), view.resolve("tmp"), sockets("second")),
            MariaDb::close);
    assertThat(second.log())
        .contains("Starting crash recovery")
        .doesNotContain("[ERROR]", "[Warning] InnoDB");
    requireRows(second, before, after);
    second.requireSound();
    second.stop();
    umount(view);
    live.stop();
  }

  private Path sockets(String name) {
    return filesystem().outside(name);
  }

  private Postgres newPostgres() {
    Postgres.init(at("pgdata"));
    return closedAtEnd(Postgres.start(at("pgdata"), sockets("first")), Postgres::close);
  }

  private <T> T closedAtEnd(T resource, Consumer<T> close) {
    atEnd(() -> close.accept(resource));
    return resource;
  }

  private List<UnlinkedFile> unlinkedOf(long pid) {
    return UnlinkedFile.of(pid, filesystem().mountPoint());
  }

  /** The live tree can't be compared, as the database changes it meanwhile. */
  private Checkpoint checkpointUnderLoad(TestReporter reporter) {
    Outcome outcome = orchestrate().run(checkpointCommand(filesystem().mountPoint())).expect(0);
    rememberStored();
    assertThat(at("lost+found/checkpoint")).as("relinks in the live tree").doesNotExist();
    Checkpoint checkpoint = new Checkpoint(outcome.json());
    reporter.publishEntry("frozen under load", checkpoint.frozenMicros() + " µs");
    return checkpoint;
  }

  /** Runs a shell with the descriptors that one of the processes had. */
  private void restarted(Checkpoint checkpoint, long process, String script) {
    orchestrate()
        .run("restart", "--process", process, checkpoint.id(), "--", "sh", "-c", script)
        .expect(0);
  }

  private void requireListed(Checkpoint checkpoint, List<UnlinkedFile> unlinked) {
    List<String> files =
        orchestrate().run("files", checkpoint.id()).expect(0).out().lines().toList();
    for (UnlinkedFile file : unlinked) {
      String relinked = relink(checkpoint, file).relinked().text();
      assertThat(files)
          .anySatisfy(line -> assertThat(line).contains(relinked).contains(shown(file)));
    }
  }

  private String shown(UnlinkedFile file) {
    return claims(Claim.ORIGINAL_NAMES) ? "  " + file.name() + " (deleted)  " : "";
  }

  private static Checkpoint.Relink relink(Checkpoint checkpoint, UnlinkedFile file) {
    return checkpoint.relinks().stream()
        .filter(relink -> relink.inode() == file.inode())
        .findFirst()
        .orElseThrow(() -> new AssertionError(file + " is not relinked: " + checkpoint));
  }

  private static Path relinked(Checkpoint checkpoint, Path view, UnlinkedFile file) {
    return view.resolve(relink(checkpoint, file).relinked().text());
  }

  private Path mounted(Checkpoint checkpoint) {
    Path view = filesystem().outside("view");
    orchestrate().run("mount", checkpoint.id(), view).expect(0);
    atEnd(() -> umountIfMounted(view));
    return view;
  }

  private void umountIfMounted(Path view) {
    if (Program.attempt("mountpoint", "--quiet", view).status() == 0) {
      umount(view);
    }
  }

  private void umount(Path view) {
    orchestrate().run("umount", view).expect(0);
  }

  private void requireRows(DatabaseServer server, long before, long after) {
    try (SqlSession session = server.connect()) {
      NumberedRows.requireComplete(session, before, after);
    }
  }
}
