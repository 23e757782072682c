package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A PostgreSQL: durable, with so few buffers that it writes to its files all the time. */
final class Postgres implements DatabaseServer {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

  private final Path data;
  private final Path sockets;
  private final ServerProcess server;

  private Postgres(Path data, Path sockets, ServerProcess server) {
    this.data = data;
    this.sockets = sockets;
    this.server = server;
  }

  /** Makes an empty data folder, whose pages have checksums and whose log segments are small. */
  static void init(Path data) {
    OrdinaryUser.folder(data);
    Program.run(
            OrdinaryUser.program(
                tool("initdb"),
                "--pgdata=" + data,
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--data-checksums",
                "--wal-segsize=1"))
        .expect(0);
  }

  /**
   * @param data its data folder
   * @param sockets a folder for its socket; paths of sockets have to be short
   */
  static Postgres start(Path data, Path sockets) {
    OrdinaryUser.folder(sockets);
    ProcessBuilder program =
        OrdinaryUser.program(
            tool("postgres"),
            "-D",
            data,
            "--listen_addresses=",
            "--unix_socket_directories=" + sockets,
            "--shared_buffers=1MB",
            "--max_connections=20",
            "--min_wal_size=2MB",
            "--max_wal_size=16MB",
            // What is left behind by a checkpoint of its own is unlinked, not used again.
            "--wal_recycle=off");
    // a fast shutdown, which does not wait for clients
    ServerProcess server =
        ServerProcess.start(
            program,
            "INT",
            () -> Program.attempt(tool("pg_isready"), "-q", "-h", sockets).status() == 0);
    return new Postgres(data, sockets, server);
  }

  /** Makes the tables of pgbench(1) and starts it on them. */
  PgBench startLoad() {
    Program.run(tool("pgbench"), "-i", "-q", "-s", 2, "-h", sockets, "-U", "postgres", "postgres");
    return new PgBench(tool("pgbench"), sockets);
  }

  /** Fails unless each of pgbench's transactions is there as a whole, or not at all. */
  void requireBalance() {
    try (SqlSession session = connect()) {
      List<String> sums =
          session.ask(
              "SELECT SUM(abalance) FROM pgbench_accounts"
                  + " UNION ALL SELECT SUM(tbalance) FROM pgbench_tellers"
                  + " UNION ALL SELECT SUM(bbalance) FROM pgbench_branches"
                  + " UNION ALL SELECT SUM(delta) FROM pgbench_history");
      assertThat(Set.copyOf(sums)).as("four sums: " + sums).hasSize(1).doesNotContain("");
    }
  }

  @Override
  public SqlSession connect() {
    return new SqlSession(
        List.of(
            tool("psql").toString(),
            "--no-psqlrc",
            "--quiet",
            "--no-align",
            "--tuples-only",
            "--set=ON_ERROR_STOP=1",
            "--host=" + sockets,
            "--username=postgres",
            "postgres"));
  }

  /** Has every table and index compared, in every database. */
  void requireSound() {
    Program.run(
        tool("pg_amcheck"),
        "--all",
        "--install-missing",
        "--heapallindexed",
        "--host=" + sockets,
        "--username=postgres");
  }

  /** Has the checksum of every page looked at; it must be stopped for that. */
  void requireChecksums() {
    Program.run(OrdinaryUser.program(tool("pg_checksums"), "--check", "-D", data)).expect(0);
  }

  private static Path tool(String name) {
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin").resolve(name))
          .filter(Files::isExecutable)
          .max(Comparator.comparing(Path::toString))
          .orElseThrow(() -> new AssertionError("no " + name + " in " + VERSIONS));
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL is not installed", e);
    }
  }

  @Override
  public ServerProcess process() {
    return server;
  }
}
