package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How much the tests have tried, in a file of the module, of which {@code ./verify} adds up the
 * lines: a number, a tab, and what was counted.
 */
final class Figures {
  private static final Path FILE = Path.of("target/figures.tsv");

  private Figures() {}

  static void add(String what, long number) {
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(
          FILE, number + "\t" + what + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
