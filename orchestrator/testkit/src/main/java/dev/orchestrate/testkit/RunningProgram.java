package dev.orchestrate.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A program that has not ended yet, such as {@code orchestrate restart}, and the {@link Subject}
 * that it passes its standard streams on to.
 */
public final class RunningProgram implements AutoCloseable {
  /** What a child is between its birth and its becoming another program. */
  private static final String JAVA = "(java|jspawnhelper)";

  private final Process process;
  private final String command;
  private final Path err = Program.temporaryFile();
  private final Subject subject;

  private RunningProgram(ProcessBuilder builder, boolean orderly) {
    this.command = builder.command().toString();
    this.process = Program.start(builder.redirectError(err.toFile()));
    this.subject = subject(orderly ? this::close : this::kill);
  }

  /** Starts a program that cleans up behind itself when its input ends. */
  static RunningProgram start(ProcessBuilder builder) {
    return new RunningProgram(builder, true);
  }

  /** Starts a program that is killed at its end. */
  static RunningProgram startToKill(ProcessBuilder builder) {
    return new RunningProgram(builder, false);
  }

  /** The subject at the other end of its standard streams. */
  public Subject subject() {
    return subject;
  }

  private Subject subject(Runnable end) {
    Subject.Behind behind =
        new Subject.Behind() {
          @Override
          public void end() {
            end.run();
          }

          @Override
          public String describe() {
            return RunningProgram.this.toString();
          }
        };
    return new Subject(process.getInputStream(), process.getOutputStream(), behind);
  }

  public long pid() {
    return process.pid();
  }

  /** Sends SIGTERM; Process.destroy would close the streams as well. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Waits until it was stopped by a signal, or has ended; replies whether it was stopped. */
  public boolean isStoppedOrEnds() {
    Deadline.require(this + " stops", () -> !process.isAlive() || isStopped());
    return process.isAlive();
  }

  /** proc_pid_stat(5): the state is what follows the name, which is in parentheses. */
  private boolean isStopped() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return stat.startsWith("T", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /** Lets it go on after it was stopped. */
  public void resume() {
    Program.run("kill", "-CONT", Long.toString(process.pid()));
  }

  /** Kills the shell that would thaw in its place; replies whether there was one. */
  boolean killGuard() {
    Deadline.require("what it starts has begun", () -> children(JAVA).isEmpty());
    List<ProcessHandle> guards = children("(da)?sh");
    guards.forEach(ProcessHandle::destroyForcibly);
    return !guards.isEmpty();
  }

  private List<ProcessHandle> children(String program) {
    return process
        .children()
        .filter(child -> child.info().command().orElse("").matches(".*/" + program))
        .toList();
  }

  /** Has the subject exit; replies the program's own exit status. */
  public int exit(int status) {
    subject.send("exit " + status);
    int ours = awaitExit();
    subject.close();
    return ours;
  }

  /** Waits until the program has ended; replies its exit status. */
  public int awaitExit() {
    if (!Program.ended(process, Program.PATIENCE)) {
      kill();
      throw new AssertionError("still running after " + Program.PATIENCE + ": " + command);
    }
    return process.exitValue();
  }

  /** What it wrote to its standard error until now; forgotten when this is closed. */
  public String err() {
    return Files.exists(err) ? Program.read(err) : "";
  }

  /** Ends its input, and so the subject, and waits for its own end. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      awaitExit();
    } catch (IOException e) {
      kill();
    } finally {
      Program.delete(err);
    }
  }

  /** Ends it at once. */
  void kill() {
    process.destroyForcibly();
    if (!Program.ended(process, Patience.of(Duration.ofSeconds(10)))) {
      Cgroups.thaw(process.pid());
      throw new AssertionError("survives SIGKILL, as if it were frozen: " + command);
    }
    Program.delete(err);
  }

  @Override
  public String toString() {
    boolean alive = process.isAlive();
    return command + (alive ? " is running" : " ended with " + process.exitValue()) + "\n" + err();
  }
}
