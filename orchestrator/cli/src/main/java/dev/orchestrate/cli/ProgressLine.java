package dev.orchestrate.cli;

import dev.orchestrate.engine.checkpoint.CheckpointProgress;
import dev.orchestrate.engine.manifest.Manifest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** One line on a terminal that tells what is being done, and how far it is. */
final class ProgressLine implements CheckpointProgress, AutoCloseable {
  private static final long INTERVAL = Duration.ofMillis(200).toNanos();
  private static final String ERASE = "\r\u001b[K";
  private static final int BAR = 20;

  private final PrintWriter err;
  private final Screen screen;
  private final LongSupplier nanos;
  private String done = "";
  private String step = "";
  private long begun;
  private long expected;
  private long bytes;
  private long lastShown;
  private boolean dirty;

  /** Nothing is told where there is no terminal. */
  ProgressLine(PrintWriter err, Screen screen) {
    this(err, screen, System::nanoTime);
  }

  /**
   * With a clock of its own.
   *
   * @param nanos as of {@link System#nanoTime}
   */
  ProgressLine(PrintWriter err, Screen screen, LongSupplier nanos) {
    this.err = err;
    this.screen = screen;
    this.nanos = nanos;
    this.begun = nanos.getAsLong();
    this.lastShown = begun;
  }

  @Override
  public synchronized void begin(String next) {
    step = next + " …";
    begun = nanos.getAsLong();
    expected = 0;
    bytes = 0;
    show(step);
  }

  @Override
  public synchronized void expect(long all) {
    expected = all;
  }

  @Override
  public synchronized void advance(long more) {
    bytes += more;
    long now = nanos.getAsLong();
    if (now - lastShown > INTERVAL) {
      show(step + " " + amount(now));
    }
  }

  private String amount(long now) {
    long rate = (long) (bytes / ((now - begun) / 1e9));
    String speed = ", " + Units.bytes(rate) + "/s";
    if (expected <= 0) {
      return Units.bytes(bytes) + speed;
    }
    long share = Math.min(100, 100 * bytes / expected);
    int full = (int) (BAR * share / 100);
    return "█".repeat(full)
        + "░".repeat(BAR - full)
        + " %d%%, %s of %s".formatted(share, Units.bytes(bytes), Units.bytes(expected))
        + speed
        + (expected > bytes && rate > 0 ? ", " + remaining((expected - bytes) / rate) : "");
  }

  private static String remaining(long seconds) {
    return seconds < 60
        ? seconds + " s left"
        : "%d:%02d min left".formatted(seconds / 60, seconds % 60);
  }

  /** What was done while nothing could be shown, as the terminal might have made us wait. */
  @Override
  public synchronized void thawed(List<Manifest> manifests) {
    int relinked = manifests.stream().mapToInt(manifest -> manifest.relinks().size()).sum();
    boolean frozen = manifests.stream().anyMatch(manifest -> !manifest.processes().isEmpty());
    done =
        frozen
            ? "freeze ✓ relink %d ✓ snapshot ✓ thaw ✓ frozen %s"
                .formatted(relinked, Units.millis(manifests.get(0).frozenMicros()))
            : "snapshot ✓";
    show("");
  }

  private void show(String now) {
    lastShown = nanos.getAsLong();
    if (screen.live()) {
      String before = Screen.width(done) < screen.errColumns() ? done : "";
      String separator = before.isEmpty() || now.isEmpty() ? "" : "; ";
      int width = screen.errColumns() - 1 - Screen.width(before) - separator.length();
      err.print(ERASE + painted(before) + separator + fitting(now.strip(), width));
      err.flush();
      dirty = true;
    }
  }

  /** A line that goes on in the next row could not be erased. */
  private static String fitting(String now, int width) {
    if (Screen.width(now) <= width) {
      return now;
    }
    return width < 1 ? "" : now.substring(0, now.offsetByCodePoints(0, width - 1)) + "…";
  }

  private String painted(String ticked) {
    return ticked.replace("✓", screen.err().good("✓"));
  }

  /** What was done stays to be read; the next line is below it. */
  synchronized void keep() {
    if (screen.live() && !done.isEmpty()) {
      err.println(ERASE + painted(done));
      dirty = false;
    }
  }

  /** What was done is told elsewhere, and is not shown any more. */
  synchronized void erase() {
    done = "";
    makeRoom();
  }

  /** For a line of something else. */
  synchronized void makeRoom() {
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
