package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs, each with a time limit and never through a shell. */
public final class Program {
  static final Duration PATIENCE = Patience.of(Duration.ofMinutes(2));

  private Program() {}

  /** Runs a program that has to succeed. */
  public static String run(Object... words) {
    return attempt(words).expect(0).out();
  }

  /** Runs a program that may fail. */
  public static Outcome attempt(Object... words) {
    return run(new ProcessBuilder(Arrays.stream(words).map(Object::toString).toList()));
  }

  static Outcome run(ProcessBuilder builder) {
    return run(builder, PATIENCE);
  }

  static Outcome run(ProcessBuilder builder, Duration patience) {
    Path out = temporaryFile();
    Path err = temporaryFile();
    try {
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      int status = waitFor(start(builder), builder.command(), patience);
      return new Outcome(builder.command(), status, read(out), read(err));
    } finally {
      delete(out);
      delete(err);
    }
  }

  static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int waitFor(Process process, List<String> command, Duration patience) {
    if (!ended(process, patience)) {
      process.destroyForcibly();
      throw new AssertionError("still running after " + patience + ": " + command);
    }
    return process.exitValue();
  }

  static boolean ended(Process process, Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static Path temporaryFile() {
    try {
      return Files.createTempFile("orchestrate-test", ".txt");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("orchestrate-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes a file's first byte in place, so that neither its size nor its inode tells. */
  public static void flipByte(Path file) {
    byte[] bytes = read(file).getBytes(StandardCharsets.UTF_8);
    bytes[0] ^= 1;
    try {
      Files.write(file, bytes, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a tree as far as it is on one filesystem. */
  public static void deleteTree(Path top) {
    run("find", top, "-xdev", "-depth", "-delete");
  }
}
