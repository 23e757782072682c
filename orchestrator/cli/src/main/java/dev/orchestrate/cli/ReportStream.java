package dev.orchestrate.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Standard output, which remembers whether somebody did not get what was written to it. */
final class ReportStream extends FilterOutputStream {
  private Optional<IOException> failure = Optional.empty();

  ReportStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  /** Why it could not be written; that a reader such as head(1) has enough is no failure. */
  Optional<String> failure() {
    return failure.map(IOException::getMessage).filter(reason -> !reason.equals("Broken pipe"));
  }
}
