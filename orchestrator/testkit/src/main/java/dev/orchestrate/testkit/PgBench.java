package dev.orchestrate.testkit;

import java.nio.file.Path;

/** Four clients of a PostgreSQL that change and commit without a pause. */
final class PgBench implements AutoCloseable {
  private final Path report = Program.temporaryFile();
  private final Process process;

  PgBench(Path program, Path sockets) {
    ProcessBuilder builder =
        new ProcessBuilder(
            program.toString(),
            "--no-vacuum",
            "--client=4",
            "--time=3600",
            "--host=" + sockets,
            "--username=postgres",
            "postgres");
    this.process = Program.start(builder.redirectErrorStream(true).redirectOutput(report.toFile()));
  }

  /** Ends it; fails if one of its clients has met an error. */
  void stop() {
    // What its own timer sends it when the time is over: it ends in an orderly way.
    Program.run("kill", "-s", "ALRM", process.pid());
    boolean ended = Program.ended(process, Program.PATIENCE);
    String said = Program.read(report);
    if (!ended || process.exitValue() != 0 || !said.contains("failed transactions: 0 (")) {
      throw new AssertionError("pgbench met an error: " + process + "\n" + said);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    if (!Program.ended(process, Program.PATIENCE)) {
      throw new AssertionError("survives SIGKILL: " + process);
    }
    Program.delete(report);
  }
}
