package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.SubjectProgram;
import java.nio.file.Path;

/** A container's root with nothing but {@code /subject}, and an empty {@code /data}, in it. */
final class SubjectRoot {
  private SubjectRoot() {}

  static Path make(Path folder) {
    Program.run("mkdir", "-p", folder.resolve("data"));
    Program.run("cp", SubjectProgram.path(), folder.resolve("subject"));
    return folder;
  }
}
