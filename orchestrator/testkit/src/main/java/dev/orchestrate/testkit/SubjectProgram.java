package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The program that subjects run, taken out of the jar. */
public final class SubjectProgram {
  private static final Path PATH = extract();

  private SubjectProgram() {}

  /** Outside of any filesystem under test; anybody may run it. It goes when this JVM ends. */
  public static Path path() {
    return PATH;
  }

  private static Path extract() {
    Path folder = Program.temporaryFolder();
    Path program = folder.resolve("subject");
    try (InputStream in = SubjectProgram.class.getResourceAsStream("subject")) {
      Files.copy(in, program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Program.run("chmod", "755", folder, program);
    folder.toFile().deleteOnExit();
    program.toFile().deleteOnExit();
    return program;
  }
}
