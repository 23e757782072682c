package dev.orchestrate.cli;

import dev.orchestrate.spi.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One line on a terminal that tells what is being done, and how far it is. */
final class ProgressLine implements Progress, AutoCloseable {
  private static final long INTERVAL = Duration.ofMillis(200).toNanos();
  private static final String ERASE = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean shown;
  private String step = "";
  private long begun = System.nanoTime();
  private long expected;
  private long done;
  private long lastShown = begun;
  private boolean dirty;

  private ProgressLine(PrintWriter err, boolean shown) {
    this.err = err;
    this.shown = shown;
  }

  /** Nothing is told where there is no terminal. */
  static ProgressLine on(PrintWriter err) {
    return new ProgressLine(err, isTerminal(2));
  }

  /** Tells nothing. */
  static ProgressLine none(PrintWriter err) {
    return new ProgressLine(err, false);
  }

  /** Whether that is what a descriptor of this process leads to. */
  static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.matches("/dev/(pts/\\d+|tty\\w*|console)");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public synchronized void begin(String next) {
    step = next + " …";
    begun = System.nanoTime();
    expected = 0;
    done = 0;
    show(step);
  }

  @Override
  public synchronized void expect(long bytes) {
    expected = bytes;
  }

  @Override
  public synchronized void advance(long bytes) {
    done += bytes;
    long now = System.nanoTime();
    if (now - lastShown > INTERVAL) {
      long rate = (long) (done / ((now - begun) / 1e9));
      String share = expected > 0 ? 100 * done / expected + "%, " : "";
      String of = expected > 0 ? " of " + Units.bytes(expected) : "";
      String left = expected > done && rate > 0 ? ", " + remaining((expected - done) / rate) : "";
      show(step + " " + share + Units.bytes(done) + of + ", " + Units.bytes(rate) + "/s" + left);
    }
  }

  private static String remaining(long seconds) {
    return seconds < 60
        ? seconds + " s left"
        : "%d:%02d min left".formatted(seconds / 60, seconds % 60);
  }

  private void show(String line) {
    lastShown = System.nanoTime();
    if (shown) {
      err.print(ERASE + line.strip());
      err.flush();
      dirty = true;
    }
  }

  /** Makes room for a line of something else. */
  synchronized void erase() {
    if (dirty) {
      err.print(ERASE);
      err.flush();
      dirty = false;
    }
  }

  @Override
  public void close() {
    erase();
  }
}
