package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of this project, for tests of what its pages say. */
final class Checkout {
  private static final Path TOP = Path.of("../..").toAbsolutePath().normalize();
  private static final int DEPTH = 14;

  private Checkout() {}

  static String page(String name) {
    return Program.read(TOP.resolve("docs").resolve(name));
  }

  /** All of Java's, none that was made of others. */
  static List<Path> sources() {
    try (Stream<Path> files = Files.walk(TOP, DEPTH)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
