package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.linux.process.StreamingProgram;
import dev.orchestrate.spi.SystemFailureException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Has one thread write what another reads, through zstd(1) if so: neither has to hold more than a
 * piece.
 */
final class Conduit {
  private final Writing writing;
  private final Reading reading;

  private Conduit(Writing writing, Reading reading) {
    this.writing = writing;
    this.reading = reading;
  }

  /** Writes all; the stream is closed for it. */
  interface Writing {
    void to(OutputStream out) throws IOException;
  }

  /** Reads to the end, or fails. */
  interface Reading {
    void from(InputStream in) throws IOException;
  }

  /** What is written comes out compressed. */
  static void compress(Compression compression, Writing writing, Reading reading)
      throws IOException {
    new Conduit(writing, reading).run(compression, List.of("zstd", "-q", "-c"));
  }

  static void decompress(Compression compression, Writing writing, Reading reading)
      throws IOException {
    new Conduit(writing, reading).run(compression, List.of("zstd", "-q", "-d", "-c"));
  }

  private void run(Compression compression, List<String> filter) throws IOException {
    if (compression == Compression.NONE) {
      Pipe pipe = Pipe.open();
      run(Channels.newOutputStream(pipe.sink()), Channels.newInputStream(pipe.source()));
      return;
    }
    try (StreamingProgram program = StreamingProgram.start(filter)) {
      run(program.input(), program.output());
      Result result = program.await();
      if (result.status() != 0) {
        throw new SystemFailureException(
            "zstd: " + RawPath.printable(result.err().strip()),
            "that is what zstd says; when it is mended, try again");
      }
    }
  }

  /**
   * One that fails closes its end, which makes the other fail, too: by an end too early, or by an
   * IOException if it is the one who writes. So any other failure of the latter is the reason.
   */
  private void run(OutputStream out, InputStream in) throws IOException {
    FutureTask<Void> writer = new FutureTask<>(() -> write(out));
    new Thread(writer, "writer to a pipe").start();
    Exception failure = null;
    try (in) {
      reading.from(in);
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
    Throwable reason = failureOf(writer);
    if (reason instanceof RuntimeException unrelated) {
      throw unrelated;
    } else if (failure instanceof RuntimeException runtime) {
      throw runtime;
    } else if (failure instanceof IOException io) {
      throw io;
    } else if (reason != null) {
      throw new IOException(reason.getMessage(), reason);
    }
  }

  private Void write(OutputStream out) throws IOException {
    try (out) {
      writing.to(out);
    }
    return null;
  }

  private static Throwable failureOf(FutureTask<Void> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return null;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
