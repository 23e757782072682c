package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.restart.MountedViews;
import dev.orchestrate.linux.RawPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code orchestrate mount}. */
@Command(
    name = "mount",
    description = {
      "Mounts a writable view of a checkpoint, for any tool.",
      "",
      "What is written to it goes when it "
          + "is unmounted; the checkpoint stays as it is. Relinked files are in it by the names that "
          + "orchestrate files ID shows."
    })
final class MountCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;

  @Parameters(index = "0", paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Parameters(index = "1", paramLabel = "DIR", description = "An existing directory.")
  private RawPath directory;

  @Override
  public Integer call() {
    Manifest manifest = program.catalog().find(id).manifest();
    RawPath mounted =
        new MountedViews(program.catalog())
            .mount(manifest, program.backends().byName(manifest.backend()), directory);
    program.report().println("checkpoint " + manifest.id() + " is at " + mounted);
    return ExitStatus.OK.status();
  }
}
