package dev.orchestrate.linux.process;

import dev.orchestrate.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * Hands on what is written to it line by line. A carriage return ends a line, too: programs write
 * one to print the next line over the last.
 */
final class LineStream extends OutputStream {
  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LineStream(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void write(int character) {
    if (character == '\n' || character == '\r') {
      lines.accept(RawPath.decode(line.toByteArray()));
      line.reset();
    } else {
      line.write(character);
    }
  }
}
