package dev.orchestrate.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A living process that does what a test tells it: opens, links and unlinks files, maps them,
 * forks. The commands are those of {@code subject.c}.
 */
public final class Subject implements AutoCloseable {
  private static final String END = "";

  private final OutputStream commands;
  private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
  private final Behind behind;
  private final List<String> said = new ArrayList<>();
  private boolean closed;

  /** What a subject's two streams lead to. */
  interface Behind {
    /** Ends the subject if it still lives. */
    void end();

    /** What to tell about it when it does not answer. */
    String describe();
  }

  Subject(InputStream replies, OutputStream commands, Behind behind) {
    this.commands = commands;
    this.behind = behind;
    Thread reader = new Thread(() -> read(replies), "replies of a subject");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts one by itself; closing it kills it. */
  public static Subject start() {
    return start(SubjectProgram.path());
  }

  /** Starts one by a command that becomes it, or that passes its standard streams on to it. */
  public static Subject start(Object... command) {
    List<String> words = Arrays.stream(command).map(Object::toString).toList();
    return RunningProgram.startToKill(new ProcessBuilder(words)).subject();
  }

  private void read(InputStream in) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        replies.add(line);
      }
    } catch (IOException e) {
      // The process was ended while it was being read from.
    }
    replies.add(END);
  }

  /**
   * Has it do something that has to succeed.
   *
   * @param words the command and its arguments: {@code byte[]} as it is, all else as text
   */
  public Reply tell(Object... words) {
    Reply reply = attempt(words);
    if (!reply.isOk()) {
      throw new AssertionError(said.get(said.size() - 1) + ": " + reply + "\nafter " + said);
    }
    return reply;
  }

  /** Has it do something that may fail. */
  public synchronized Reply attempt(Object... words) {
    String line = Arrays.stream(words).map(Reply::escape).collect(Collectors.joining(" "));
    send(line);
    return Reply.parse(await(line));
  }

  /** Has it do something that ends it, or that it answers later. */
  void send(String line) {
    said.add(line.length() > 200 ? line.substring(0, 200) + "…" : line);
    try {
      commands.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      commands.flush();
    } catch (IOException e) {
      throw new AssertionError("does not listen to \"" + line + "\": " + behind.describe(), e);
    }
  }

  private String await(String line) {
    try {
      String reply = replies.poll(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (reply == null || reply.equals(END)) {
        replies.add(END);
        throw new AssertionError("no answer to \"" + line + "\": " + behind.describe());
      }
      return reply;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted waiting for an answer to \"" + line + "\"", e);
    }
  }

  /** Its own idea of its process number: another than ours in a process namespace of its own. */
  public long pid() {
    return tell("pid").number();
  }

  /** Fails if it should be alive and does not answer, as one does that was left frozen. */
  void requireAlive() {
    if (!closed) {
      tell("pid");
    }
  }

  /** Ends it, unless that was done already. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      behind.end();
    }
  }
}
