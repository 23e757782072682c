package dev.orchestrate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Answers {@code --version} and {@code --help} without setting up the command line, which takes
 * several times as long as the answer should.
 */
final class ReadyAnswers {
  static final String HELP = "help.txt";

  private ReadyAnswers() {}

  /** Whether there was an answer; then it has been given. */
  static boolean give(List<String> arguments, OutputStream out) throws IOException {
    if (arguments.size() != 1) {
      return false;
    }
    switch (arguments.get(0)) {
      case "--version", "-V" ->
          out.write((new ProgramVersion().text() + "\n").getBytes(StandardCharsets.UTF_8));
      case "--help", "-h" -> {
        try (InputStream help = ReadyAnswers.class.getResourceAsStream(HELP)) {
          help.transferTo(out);
        }
      }
      default -> {
        return false;
      }
    }
    out.flush();
    return true;
  }
}
