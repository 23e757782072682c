package dev.orchestrate.engine.migration;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.linux.Faults;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.SystemFailureException;
import dev.orchestrate.spi.TimeoutException;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The user's command that receives a checkpoint, such as {@code ssh HOST orchestrate receive PATH}.
 * What it complains of goes to the standard error output. Whoever writes to it, or waits for it,
 * hears a wish to stop, and a limit: the command is ended then, as nothing else ends a write(2) to
 * a pipe.
 */
final class ReceivingCommand implements AutoCloseable {
  private static final long INTERVAL_MILLIS = 50;
  private static final long PATIENCE_SECONDS = 5;

  /** What ssh(1) ends with by itself is 255, and shells report a signal by 128 and its number. */
  private static final int UNDECIDED = 128;

  /** Of what it prints, the last are looked at. */
  private static final int MOST_LINES = 100;

  private final String name;
  private final Process process;
  private final Cancellation cancellation;
  private final Consumer<String> lines;
  private final Thread reader;
  private final CountedOutput input;
  private final Deque<String> printed = new ArrayDeque<>();
  private volatile long deadline = Long.MAX_VALUE; // by System.nanoTime
  private volatile boolean overdue;

  private ReceivingCommand(
      String name, Process process, Cancellation cancellation, Consumer<String> lines) {
    this.name = name;
    this.process = process;
    this.cancellation = cancellation;
    this.lines = lines;
    this.input = new CountedOutput(process.getOutputStream());
    this.reader = daemon(this::read, "reader of what the receiving command prints");
    daemon(this::watch, "watch over the receiving command");
  }

  /**
   * Starts it; it waits for its input.
   *
   * @param lines told of each line that it prints
   * @throws NotFoundException if there is no such program
   */
  static ReceivingCommand start(
      List<String> words, Cancellation cancellation, Consumer<String> lines) {
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
    // or a checkpoint would freeze it
    builder.environment().put(ExternalProgram.MARK, Long.toString(ProcessHandle.current().pid()));
    String name = RawPath.printable(String.join(" ", words));
    try {
      Faults.beforeProgram(words.get(0));
      return new ReceivingCommand(name, builder.start(), cancellation, lines);
    } catch (IOException e) {
      throw new NotFoundException(
          name + ": can't be run: " + e.getMessage(), "give a command behind --", e);
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.ISO_8859_1)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        note(line);
        lines.accept(line);
      }
    } catch (IOException e) {
      // it was ended
    }
  }

  private synchronized void note(String line) {
    printed.add(line);
    if (printed.size() > MOST_LINES) {
      printed.remove();
    }
  }

  /** One that does not end when it is asked to is killed. */
  private void watch() {
    try {
      while (!process.waitFor(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
        overdue = System.nanoTime() - deadline > 0;
        if (overdue || cancellation.isRequested()) {
          end(ProcessHandle::destroy);
          if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            end(ProcessHandle::destroyForcibly);
          }
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** With all that it has started, which may hold its input open. */
  private void end(Consumer<ProcessHandle> how) {
    Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList().forEach(how);
  }

  /** From now on, it has to be done within this time. */
  void hurry(Duration most) {
    deadline = System.nanoTime() + most.toNanos();
  }

  /** What it reads from its standard input. */
  OutputStream input() {
    return input;
  }

  /** How many bytes it was given. */
  long bytes() {
    return input.count;
  }

  /**
   * Ends its input and waits for it to end; true if it was ended, by us or by a signal, or is an
   * ssh(1) that has lost its connection: nobody knows then what has become of all that was written.
   */
  boolean endsUndecided() {
    closeInput();
    int status = await();
    return overdue || cancellation.isRequested() || status >= UNDECIDED;
  }

  /**
   * To be called when it has ended.
   *
   * @throws SystemFailureException unless it has ended well, and has said that this has arrived, in
   *     the words of {@code orchestrate receive}: of what echoes its input, no line begins so
   */
  void requireArrived(String id) {
    requireEndedWell(process.exitValue());
    String expected = "received checkpoint " + id;
    if (!hasPrinted(line -> line.startsWith(expected) || line.equals(id))) { // --quiet
      throw new SystemFailureException(
          name + ": ended well, but did not say: " + expected,
          "give a command that ends in orchestrate receive, without --json, which says so");
    }
  }

  private synchronized boolean hasPrinted(Predicate<String> line) {
    return printed.stream().anyMatch(line);
  }

  /** The reason for a failure to write to it: how it has ended, if it has. */
  OrchestrateException failure(OrchestrateException otherwise) {
    closeInput();
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        requireEndedWell(process.exitValue());
      }
      return otherwise;
    } catch (OrchestrateException e) {
      return e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return otherwise;
    }
  }

  private void closeInput() {
    try {
      input.close();
    } catch (IOException e) {
      // it has ended: its status tells why
    }
  }

  private void requireEndedWell(int status) {
    cancellation.check();
    if (overdue) {
      throw new TimeoutException(
          name + ": took too long", "allow more with --max-stop, or have more rounds before");
    }
    if (status != 0) {
      throw new SystemFailureException(
          name + ": ended with status " + status, "see what it has said above");
    }
  }

  /** What it has started may go on, and keep its output open. */
  private int await() {
    try {
      int status = process.waitFor();
      reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      return status;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Without its input, it ends by itself; it is killed if it does not. */
  @Override
  public void close() {
    closeInput();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        end(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class CountedOutput extends FilterOutputStream {
    private long count;

    CountedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      count++;
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
      out.write(bytes, start, length);
      count += length;
    }
  }
}
