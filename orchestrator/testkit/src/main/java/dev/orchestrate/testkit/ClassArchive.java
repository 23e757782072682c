package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An archive of the classes that the program loads each time; a Java machine that has it starts in
 * half the time. See java(1), -XX:ArchiveClassesAtExit.
 */
final class ClassArchive {
  /** A system property: one that was made before. */
  static final String PROPERTY = "orchestrate.test.class-archive";

  private static Path made;

  private ClassArchive() {}

  /** Makes it at the first call; it goes with this Java machine. */
  static synchronized String of(String classPath) {
    if (made == null) {
      made = Program.temporaryFolder().resolve("classes.jsa");
      Program.run(command(Orchestrate.javaHome(), made.toString(), classPath).toArray());
      made.toFile().deleteOnExit();
    }
    return made.toString();
  }

  static List<String> command(Path javaHome, String archive, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin/java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable"));
    command.addAll(List.of("-cp", classPath, "dev.orchestrate.cli.Main", "backends", "/"));
    return command;
  }

  static String option(String archive) {
    return "-XX:SharedArchiveFile=" + archive;
  }
}
