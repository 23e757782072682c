package dev.orchestrate.backend.nfs;

import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import java.util.List;

/** What this backend keeps in the live tree. */
final class KeptInTree {
  private static final String FOLDER = "lost+found/checkpoint";

  private KeptInTree() {}

  static List<String> list(MountedFilesystem filesystem) {
    return Program.attempt("find", filesystem.path(FOLDER), "-mindepth", "1", "-printf", "%P %i\n")
        .out()
        .lines()
        .sorted()
        .toList();
  }

  static boolean isStore(String path) {
    return path.equals(FOLDER) || path.startsWith(FOLDER + "/");
  }
}
