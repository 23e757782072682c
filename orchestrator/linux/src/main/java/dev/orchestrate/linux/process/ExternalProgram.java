package dev.orchestrate.linux.process;

import dev.orchestrate.linux.Faults;
import dev.orchestrate.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;
import org.apache.commons.exec.environment.EnvironmentUtils;

/** Runs other programs to their end: an argument list, never a shell, and messages in English. */
public final class ExternalProgram {
  /**
   * In the environment of what is started here, for others to tell it from a user's own process:
   * see {@code Bystanders} in the engine.
   */
  public static final String MARK = "ORCHESTRATE_AT_WORK";

  private ExternalProgram() {}

  /**
   * How a program ended.
   *
   * @param status of its exit
   * @param out all of its standard output, as {@link RawPath#decode} has it
   * @param err all of its standard error
   */
  public record Result(int status, String out, String err) {}

  /** The program was killed, since it took longer than its caller allows. */
  public static final class OverdueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverdueException(String message) {
      super(message);
    }
  }

  /**
   * Where a program is, by PATH; without one, where {@link #run} looks then, too (JDK 17, {@code
   * childproc.c}).
   *
   * @param name without a slash
   * @param further folders to look in after those of PATH, absolute
   */
  public static Optional<Path> find(String name, String... further) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("/bin:/usr/bin");
    return Stream.concat(Stream.of(path.split(":", -1)), Stream.of(further))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Runs a program with an empty standard input, in the calling thread's mount namespace.
   *
   * @param limit after which it is killed
   * @param words the program, looked for in PATH if it has no slash, and its arguments
   * @throws UncheckedIOException if it can't be started
   * @throws OverdueException if it was killed
   */
  public static Result run(Duration limit, List<String> words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Result result = run(limit, words, out);
    return new Result(result.status(), RawPath.decode(out.toByteArray()), result.err());
  }

  /**
   * The same for a program that tells what it is doing.
   *
   * @param lines is given each line of its standard output, as soon as it is there; a carriage
   *     return ends one, too. The result's {@code out} is empty
   */
  public static Result run(Duration limit, List<String> words, Consumer<String> lines) {
    return run(limit, words, new LineStream(lines));
  }

  private static Result run(Duration limit, List<String> words, OutputStream out) {
    CommandLine command = new CommandLine(words.get(0));
    words.stream().skip(1).forEach(word -> command.addArgument(word, false));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Watchdog watchdog = new Watchdog(limit);
    DefaultExecutor executor =
        DefaultExecutor.builder().setExecuteStreamHandler(new PumpStreamHandler(out, err)).get();
    executor.setWatchdog(watchdog);
    executor.setExitValues(null);
    try {
      Faults.beforeProgram(words.get(0));
      int status = executor.execute(command, environment());
      if (watchdog.isOverdue()) {
        throw new OverdueException(words.get(0) + " took longer than " + limit.toSeconds() + " s");
      }
      return new Result(status, "", RawPath.decode(err.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(words.get(0) + " can't be run: " + e.getMessage(), e);
    }
  }

  static Map<String, String> environment() throws IOException {
    Map<String, String> environment = new HashMap<>(EnvironmentUtils.getProcEnvironment());
    environment.put("LC_ALL", "C");
    environment.put(MARK, Long.toString(ProcessHandle.current().pid()));
    return environment;
  }

  /** Kills for certain: what ignores SIGTERM would be waited for without end. */
  private static final class Watchdog extends ExecuteWatchdog {
    private Process process;
    private volatile boolean overdue;

    @SuppressWarnings("deprecation") // the builder can't make a subclass
    Watchdog(Duration limit) {
      super(limit.toMillis());
    }

    @Override
    public synchronized void start(Process started) {
      process = started;
      super.start(started);
    }

    @Override
    public synchronized void timeoutOccured(org.apache.commons.exec.Watchdog watchdog) {
      overdue = true; // before the program ends, and with it the wait for it
      process.destroyForcibly();
      super.timeoutOccured(watchdog);
    }

    boolean isOverdue() {
      return overdue;
    }
  }
}
