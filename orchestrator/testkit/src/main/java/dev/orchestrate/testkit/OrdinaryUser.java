package dev.orchestrate.testkit;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** User nobody, for programs that refuse to be run by root, as database servers do. */
public final class OrdinaryUser {
  private OrdinaryUser() {}

  /**
   * A command that is run by this user.
   *
   * @param words of the command; further options of setpriv(1) may come first
   */
  public static List<String> command(Object... words) {
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
    Arrays.stream(words).map(Object::toString).forEach(command::add);
    return command;
  }

  /** A program that is not started yet; it can't rely on reading the folder that the test is in. */
  static ProcessBuilder program(Object... words) {
    return new ProcessBuilder(command(words)).directory(new File("/"));
  }

  /** Makes a folder, or takes an empty one, that only this user may look into. */
  static Path folder(Path folder) {
    Program.run("mkdir", "--parents", folder);
    Program.run("chmod", "700", folder);
    Program.run("chown", "nobody:nogroup", folder);
    return folder;
  }
}
