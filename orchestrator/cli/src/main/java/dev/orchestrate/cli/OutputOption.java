package dev.orchestrate.cli;

import dev.orchestrate.engine.transfer.NewFile;
import dev.orchestrate.engine.transfer.ResumableFile;
import dev.orchestrate.engine.transfer.StreamSubject;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.TimeoutException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
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

  /**
   * A file that is whole.
   *
   * @param kept how many of the bytes an earlier command had written
   */
  record Written(RawPath file, long bytes, long kept) {}

  boolean isFile() {
    return file.isPresent();
  }

  /** Makes the file, which gets its name once it is whole. */
  Written write(Writer writer) throws IOException {
    RawPath path = file.orElseThrow();
    try (NewFile out = NewFile.create(path)) {
      writer.writeTo(out);
      out.complete();
      return new Written(path.toAbsolute(), out.bytes(), 0);
    }
  }

  /** The same for a stream, of which what is written stays if that is interrupted. */
  Written writeResumably(StreamSubject stream, Consumer<String> notices, Writer writer)
      throws IOException {
    RawPath path = file.orElseThrow();
    try (ResumableFile out = ResumableFile.open(path, stream, notices)) {
      try {
        writer.writeTo(out);
        out.complete();
        return new Written(path.toAbsolute(), out.bytes(), out.kept());
      } catch (OrchestrateException e) {
        throw resumable(e, out);
      }
    }
  }

  private static OrchestrateException resumable(OrchestrateException e, ResumableFile out) {
    long kept = out.keep();
    if (kept == 0) {
      return e;
    }
    String next = "the same command goes on from there";
    return Failures.again(
        e,
        "%s; %s of the stream are in %s".formatted(e.getMessage(), Units.bytes(kept), out.path()),
        e instanceof TimeoutException || e.advice().isEmpty() ? next : e.advice() + "; " + next);
  }
}
