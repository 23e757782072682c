package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A MariaDB with its own temporary folder beside its data, and small buffers. */
final class MariaDb implements DatabaseServer {
  private static final String LOG_SIZE = "--innodb-log-file-size=8M";

  private final Path sockets;
  private final ServerProcess server;

  private MariaDb(Path sockets, ServerProcess server) {
    this.sockets = sockets;
    this.server = server;
  }

  /**
   * Makes an empty data folder.
   *
   * @param temporary a folder to be made for temporary files
   */
  static void init(Path data, Path temporary) {
    OrdinaryUser.folder(data);
    OrdinaryUser.folder(temporary);
    Program.run(
            OrdinaryUser.program(
                "mariadb-install-db",
                "--no-defaults",
                "--datadir=" + data,
                "--tmpdir=" + temporary,
                "--auth-root-authentication-method=normal",
                "--skip-name-resolve",
                LOG_SIZE))
        .expect(0);
  }

  /**
   * @param data its data folder
   * @param temporary its folder for temporary files
   * @param sockets a folder for its socket; paths of sockets have to be short
   */
  static MariaDb start(Path data, Path temporary, Path sockets) {
    OrdinaryUser.folder(sockets);
    ProcessBuilder program =
        OrdinaryUser.program(
            "mariadbd",
            "--no-defaults",
            "--datadir=" + data,
            "--tmpdir=" + temporary,
            "--socket=" + socket(sockets),
            "--pid-file=" + sockets.resolve("pid"),
            "--skip-networking",
            "--innodb-buffer-pool-size=8M",
            "--tmp-memory-table-size=16K",
            "--sort-buffer-size=32K",
            LOG_SIZE);
    ServerProcess server = ServerProcess.start(program, "TERM", () -> answers(sockets));
    return new MariaDb(sockets, server);
  }

  private static boolean answers(Path sockets) {
    List<String> question = new ArrayList<>(client(sockets));
    question.add("--execute=SELECT 1");
    return Program.attempt(question.toArray()).status() == 0;
  }

  private static Path socket(Path sockets) {
    return sockets.resolve("s");
  }

  private static List<String> client(Path sockets) {
    return List.of(
        "mariadb",
        "--no-defaults",
        "--batch",
        "--unbuffered",
        "--skip-column-names",
        "--socket=" + socket(sockets),
        "--user=root",
        "test");
  }

  @Override
  public SqlSession connect() {
    return new SqlSession(client(sockets));
  }

  /**
   * Has rows sorted, more than its buffers hold, and waits until they are; giving them out takes
   * hours.
   */
  void sortInAFile(SqlSession session) {
    session.ask("CREATE TABLE big AS SELECT seq, UUID() AS v FROM seq_1_to_20000");
    session.begin("SELECT SLEEP(1), v FROM big ORDER BY v");
    try (SqlSession other = connect()) {
      Deadline.require(
          "the rows are sorted",
          () ->
              !other
                  .ask("SELECT id FROM information_schema.processlist WHERE state = 'User sleep'")
                  .isEmpty());
    }
  }

  /** Has every table of ours, and of its own, looked at from end to end. */
  void requireSound() {
    try (SqlSession session = connect()) {
      for (String table :
          session.ask(
              "SELECT CONCAT(table_schema, '.', table_name) FROM information_schema.tables"
                  + " WHERE table_type = 'BASE TABLE' AND table_schema IN ('mysql', 'test')")) {
        assertThat(session.ask("CHECK TABLE " + table + " EXTENDED"))
            .as(table)
            .containsExactly(table + "\tcheck\tstatus\tOK");
      }
    }
  }

  @Override
  public ServerProcess process() {
    return server;
  }
}
