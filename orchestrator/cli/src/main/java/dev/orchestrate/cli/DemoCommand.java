package dev.orchestrate.cli;

import dev.orchestrate.spi.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code orchestrate demo}: a script, so that a person can read what it does. */
@Command(
    name = "demo",
    description = {
      "Shows the main job on a small btrfs of its own.",
      "",
      "A program that holds unlinked files is "
          + "checkpointed, killed, and restarted twice. Needs root and btrfs-progs for that; without "
          + "root it shows what works."
    })
final class DemoCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException, InterruptedException {
    Path home = OrchestrateCommand.home();
    Path script = home.resolve("libexec/demo");
    if (!Files.isExecutable(script)) {
      throw new NotFoundException(
          script + ": the demo is not installed", "run it from an installed orchestrate");
    }
    ProcessBuilder builder = new ProcessBuilder(script.toString()).inheritIO();
    builder.environment().put("ORCHESTRATE", home.resolve("bin/orchestrate").toString());
    return builder.start().waitFor();
  }
}
