package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** The cgroups in which processes are frozen, as far as they have our name. */
final class Cgroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private Cgroups() {}

  /** Those there are now, of any version and whoever made them. */
  static Set<Path> ours() {
    return Program.attempt("find", ROOT, "-type", "d", "-name", "orchestrate-*")
        .out()
        .lines()
        .map(Path::of)
        .collect(Collectors.toSet());
  }

  /**
   * Thaws what holds this process, so that a failed test does not leave a frozen process behind.
   */
  static void thaw(long pid) {
    for (Path group : ours()) {
      if (Program.read(group.resolve("cgroup.procs")).lines().anyMatch(("" + pid)::equals)) {
        write(group.resolve("cgroup.freeze"), "0");
        write(group.resolve("freezer.state"), "THAWED");
      }
    }
  }

  private static void write(Path file, String text) {
    try {
      if (Files.exists(file)) {
        Files.writeString(file, text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
