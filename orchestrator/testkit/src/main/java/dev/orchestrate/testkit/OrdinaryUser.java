package dev.orchestrate.testkit;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** User nobody, for programs that refuse to be run by root, as database servers do. */
final class OrdinaryUser {
  private OrdinaryUser() {}

  /** A program that is not started yet; it can't rely on reading the folder that the test is in. */
  static ProcessBuilder program(Object... words) {
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
    Arrays.stream(words).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command).directory(new File("/"));
  }

  /** Makes a folder, or takes an empty one, that only this user may look into. */
  static Path folder(Path folder) {
    Program.run("mkdir", "--parents", folder);
    Program.run("chmod", "700", folder);
    Program.run("chown", "nobody:nogroup", folder);
    return folder;
  }
}
