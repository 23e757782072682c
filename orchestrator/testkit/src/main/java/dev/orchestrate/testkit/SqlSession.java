package dev.orchestrate.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection to a database, by the command-line client that comes with it. */
final class SqlSession implements AutoCloseable {
  /** Ends what a statement gives back; no row of ours looks like it. */
  private static final String END = "-- end --";

  private static final String CLOSED = "-- closed --";

  private final Path err = Program.temporaryFile();
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Process client;

  /**
   * @param client a program that executes the statements in its input, prints bare values separated
   *     by {@code |} or tabs, and ends at the first error
   */
  SqlSession(List<String> client) {
    this.client = Program.start(new ProcessBuilder(client).redirectError(err.toFile()));
    Thread reader = new Thread(this::read, "rows of a database");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader rows =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
      for (String row = rows.readLine(); row != null; row = rows.readLine()) {
        lines.add(row);
      }
    } catch (IOException e) {
      // The client was ended while it was being read from.
    }
    lines.add(CLOSED);
  }

  /** Executes statements, which all have to succeed, and gives back the rows. */
  List<String> ask(String statements) {
    begin(statements);
    begin("SELECT '" + END + "'");
    List<String> rows = new ArrayList<>();
    for (String line = next(statements); !line.equals(END); line = next(statements)) {
      rows.add(line);
    }
    return rows;
  }

  /** The one row, of one value, that a query gives. */
  String value(String query) {
    List<String> rows = ask(query);
    if (rows.size() != 1) {
      throw new AssertionError("one row expected: " + query + ": " + rows);
    }
    return rows.get(0);
  }

  /** Has statements executed, without waiting for their end. */
  void begin(String statements) {
    try {
      client.getOutputStream().write((statements + ";\n").getBytes(StandardCharsets.UTF_8));
      client.getOutputStream().flush();
    } catch (IOException e) {
      throw new AssertionError("the client is gone: " + statements + "\n" + Program.read(err), e);
    }
  }

  private String next(String statements) {
    try {
      String line = lines.poll(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (line == null || line.equals(CLOSED)) {
        throw new AssertionError("no answer: " + statements + "\n" + Program.read(err));
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + statements, e);
    }
  }

  @Override
  public void close() {
    client.destroyForcibly();
    Program.ended(client, Program.PATIENCE);
    Program.delete(err);
  }
}
