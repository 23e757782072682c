package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of this project, for tests of what its pages say. */
final class Checkout {
  private static final Path TOP = Path.of("../..").toAbsolutePath().normalize();
  private static final int DEPTH = 14;

  private Checkout() {}

  static String page(String name) {
    return Program.read(TOP.resolve("docs").resolve(name));
  }

  /** README and all that is in docs. */
  static List<Path> pages() {
    try (Stream<Path> files = Files.list(TOP.resolve("docs"))) {
      return Stream.concat(Stream.of(TOP.resolve("README.md")), files)
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path path(String folder, String name) {
    return TOP.resolve(folder).resolve(name);
  }

  /** Whether there is such a test, in the source of the class or in a class nested there. */
  static boolean hasTest(String name, String method) {
    Pattern test = Pattern.compile("Test\\b[^;{}]*(\\([^)]*\\)[^;{}]*)*\\bvoid " + method + "\\(");
    return sources().stream()
        .filter(file -> file.endsWith(name + ".java"))
        .map(Program::read)
        .anyMatch(text -> test.matcher(text).find());
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
