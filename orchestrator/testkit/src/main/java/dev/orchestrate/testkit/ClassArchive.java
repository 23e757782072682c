package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An archive of the classes that the program loads each time; a Java machine that has it starts in
 * half the time. See java(1), -XX:ArchiveClassesAtExit.
 */
final class ClassArchive {
  /** A system property: one that was made before. */
  static final String PROPERTY = "orchestrate.test.class-archive";

  private static final Map<String, String> MADE = new HashMap<>();

  private ClassArchive() {}

  /** What has a program with this class path use it. */
  static List<String> options(String classPath) {
    String before = System.getProperty(PROPERTY);
    String archive = before == null ? of(classPath) : before;
    return List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off");
  }

  /** Made when it is first wanted; it goes with this Java machine. */
  static synchronized String of(String classPath) {
    return MADE.computeIfAbsent(classPath, ClassArchive::make);
  }

  private static String make(String classPath) {
    Path folder = Program.temporaryFolder();
    Path archive = folder.resolve("classes.jsa");
    folder.toFile().deleteOnExit();
    archive.toFile().deleteOnExit();
    Program.run(
        Orchestrate.javaHome().resolve("bin/java"),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:ArchiveClassesAtExit=" + archive,
        "-Xlog:disable",
        "-cp",
        classPath,
        "dev.orchestrate.cli.Main",
        "backends",
        "/");
    Program.run("chmod", "-R", "a+rX", folder);
    return archive.toString();
  }
}
