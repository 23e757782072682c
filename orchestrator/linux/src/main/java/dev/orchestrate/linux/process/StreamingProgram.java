package dev.orchestrate.linux.process;

import dev.orchestrate.linux.Faults;
import dev.orchestrate.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Another program that the caller writes to or reads from while it runs; see {@link
 * ExternalProgram} for those that just run. It is killed with the thread that started it, so that
 * nothing of it is at work any more when others tidy up; setpriv(1).
 */
public final class StreamingProgram implements AutoCloseable {
  /** Of its standard error, in bytes; that there was more is said in a last line. */
  private static final int MOST_COMPLAINTS = 1 << 24;

  private final Process process;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Thread errReader;

  private StreamingProgram(Process process) {
    this.process = process;
    this.errReader = new Thread(this::readErr, "messages of a program");
    errReader.setDaemon(true);
    errReader.start();
  }

  /**
   * Starts a program in the calling thread's mount namespace, with messages in English.
   *
   * @param words the program, looked for in PATH if it has no slash, and its arguments
   * @throws UncheckedIOException if it can't be started
   */
  public static StreamingProgram start(List<String> words) {
    List<String> all = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    all.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(all);
    try {
      builder.environment().putAll(ExternalProgram.environment());
      // what a user's profile has there would change what is sent, without a word
      builder.environment().keySet().removeAll(List.of("TAR_OPTIONS", "POSIXLY_CORRECT"));
      Faults.beforeProgram(words.get(0));
      return new StreamingProgram(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(words.get(0) + " can't be run: " + e.getMessage(), e);
    }
  }

  /** What it writes to its standard output. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** What it reads from its standard input; closing it is the end. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /** Waits for it to end; the result's {@code out} is empty. */
  public ExternalProgram.Result await() {
    try {
      int status = process.waitFor();
      errReader.join();
      return new ExternalProgram.Result(status, "", RawPath.decode(err.toByteArray()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private void readErr() {
    byte[] buffer = new byte[8192];
    try (InputStream in = process.getErrorStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        keep(buffer, count);
      }
    } catch (IOException e) {
      // it was killed
    }
  }

  private void keep(byte[] buffer, int count) {
    if (err.size() < MOST_COMPLAINTS) {
      err.write(buffer, 0, count);
      if (err.size() >= MOST_COMPLAINTS) {
        err.writeBytes("...\nmore messages than can be kept\n".getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  /** Kills it if it still runs, and waits until it is gone. */
  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroyForcibly();
    }
    await();
  }
}
