package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A server that runs in the foreground, as a child of the test, and writes its log to a file. */
public final class ServerProcess implements AutoCloseable {
  private final Path log = Program.temporaryFile();
  private final Process process;
  private final String stopSignal;

  private ServerProcess(ProcessBuilder builder, String stopSignal) {
    this.stopSignal = stopSignal;
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    this.process = Program.start(builder);
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param stopSignal what has it end in an orderly way
   */
  public static ServerProcess start(
      ProcessBuilder builder, String stopSignal, BooleanSupplier answers) {
    ServerProcess server = new ServerProcess(builder, stopSignal);
    if (!Deadline.met(() -> answers.getAsBoolean() || !server.process.isAlive())
        || !server.process.isAlive()) {
      String log = server.log();
      server.close();
      throw new AssertionError("does not start: " + builder.command() + "\n" + log);
    }
    return server;
  }

  public long pid() {
    return process.pid();
  }

  /** What it has said until now. */
  public String log() {
    return Program.read(log);
  }

  /** Has it end in an orderly way. */
  public void stop() {
    Program.run("kill", "-s", stopSignal, pid());
    if (!Program.ended(process, Program.PATIENCE) || process.exitValue() != 0) {
      throw new AssertionError("did not end well: " + process + "\n" + log());
    }
  }

  /** Ends it, and the processes that it has started, unless it has ended already. */
  @Override
  public void close() {
    List<ProcessHandle> family =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    family.forEach(ProcessHandle::destroyForcibly);
    if (!Program.ended(process, Program.PATIENCE)) {
      throw new AssertionError("survives SIGKILL: " + process);
    }
    Program.delete(log);
  }
}
