package dev.orchestrate.cli.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own that holds files, of which some are unlinked, and notices when it stands
 * still. It uses nothing but the Java library, and prints to whoever has started it, ten times a
 * second, the time of {@link System#nanoTime()} and the longest gap since it last did, in
 * nanoseconds. It ends when nobody reads that any more.
 */
public final class HoldingProcess {
  private static final long ORPHAN_BYTES = 1 << 20;
  private static final long PAUSE_NANOS = 200_000;
  private static final long REPORT_NANOS = 100_000_000;

  private HoldingProcess() {}

  /**
   * @param arguments a prefix for the names of files, which are made in the working directory; how
   *     many are unlinked and have another name, have no name, and are ordinary
   */
  public static void main(String[] arguments) throws IOException {
    String prefix = arguments[0];
    List<RandomAccessFile> held = new ArrayList<>();
    List<Path> names = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      Path first = Path.of(prefix + "-first-" + i);
      Path second = Path.of(prefix + "-second-" + i);
      held.add(make(first));
      Files.createLink(second, first);
      Files.delete(first);
      names.add(second);
    }
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      Path orphan = Path.of(prefix + "-orphan-" + i);
      RandomAccessFile file = make(orphan);
      file.setLength(ORPHAN_BYTES);
      held.add(file);
      Files.delete(orphan);
    }
    for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
      Path ordinary = Path.of(prefix + "-ordinary-" + i);
      held.add(make(ordinary));
      names.add(ordinary);
    }
    tick(new PrintStream(System.out, true, StandardCharsets.US_ASCII));
    for (RandomAccessFile file : held) {
      file.close();
    }
    // whoever started this may have been killed
    for (Path name : names) {
      Files.deleteIfExists(name);
    }
  }

  private static RandomAccessFile make(Path name) throws IOException {
    RandomAccessFile file = new RandomAccessFile(name.toString(), "rw");
    file.write(name.toString().getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  private static void tick(PrintStream out) {
    long gap = 0;
    long last = System.nanoTime();
    long reported = last;
    while (!out.checkError()) {
      LockSupport.parkNanos(PAUSE_NANOS);
      long now = System.nanoTime();
      gap = Math.max(gap, now - last);
      last = now;
      if (now - reported >= REPORT_NANOS) {
        out.println(now + " " + gap);
        gap = 0;
        last = System.nanoTime(); // however long the reader took
        reported = last;
      }
    }
  }
}
