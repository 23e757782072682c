package dev.orchestrate.cli;

import dev.orchestrate.engine.transfer.NewFile;
import dev.orchestrate.linux.RawPath;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a command writes what it is for. */
final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to this new file, of mode 0600, and not to standard output.")
  private Optional<RawPath> file = Optional.empty();

  /** Writes. */
  interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A file that is whole. */
  record Written(RawPath file, long bytes) {}

  boolean isFile() {
    return file.isPresent();
  }

  /** Makes the file, which gets its name once it is whole. */
  Written write(Writer writer) throws IOException {
    RawPath path = file.orElseThrow();
    try (NewFile out = NewFile.create(path)) {
      writer.writeTo(out);
      out.complete();
      return new Written(path.toAbsolute(), out.bytes());
    }
  }
}
