package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.ManifestFormat;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** What {@code --json} prints. */
final class Json {
  private Json() {}

  /** A whole report, indented. */
  static void print(PrintWriter out, Object report) {
    out.print(new String(ManifestFormat.write(report), StandardCharsets.UTF_8));
  }

  /** An object of a report that is printed bit by bit, in one line without its end. */
  static String line(Object entry) {
    return new String(ManifestFormat.writeLine(entry), StandardCharsets.UTF_8);
  }
}
