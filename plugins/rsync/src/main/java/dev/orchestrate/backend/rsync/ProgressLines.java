package dev.orchestrate.backend.rsync;

import dev.orchestrate.spi.Progress;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code rsync --info=progress2} prints: bytes so far, and how much of all that is. */
final class ProgressLines implements Consumer<String> {
  private static final Pattern LINE = Pattern.compile("\\s*([\\d,]+)\\s+(\\d+)%.*");

  private final Progress progress;
  private long done;

  ProgressLines(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void accept(String line) {
    Matcher found = LINE.matcher(line);
    if (found.matches()) {
      long bytes = Long.parseLong(found.group(1).replace(",", ""));
      long percent = Long.parseLong(found.group(2));
      if (percent > 0) {
        progress.expect(bytes * 100 / percent);
      }
      progress.advance(bytes - done);
      done = bytes;
    }
  }
}
