package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A copy of the class path that any user can read, made once; it goes when this JVM ends. */
final class ReadableClassPath {
  private static String copied = "";

  private ReadableClassPath() {}

  static synchronized String of(List<Path> entries) {
    if (copied.isEmpty()) {
      copied = copy(entries);
    }
    return copied;
  }

  private static String copy(List<Path> entries) {
    Path folder = Program.temporaryFolder();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Program.deleteTree(folder)));
    List<String> copies = new ArrayList<>();
    for (Path entry : entries) {
      Path copy = folder.resolve(copies.size() + "-" + entry.getFileName());
      Program.run("cp", "-r", entry, copy);
      copies.add(copy.toString());
    }
    Program.run("chmod", "-R", "a+rX", folder);
    return String.join(":", copies);
  }
}
