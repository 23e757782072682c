package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.transfer.Receiver;
import dev.orchestrate.linux.RawPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code orchestrate import}. */
@Command(
    name = "import",
    description = {
      "Makes a checkpoint of what orchestrate export has written, in either form.",
      "",
      "It keeps its id, and is stored here as by a checkpoint of PATH, where it will be "
          + "restarted; what is in PATH now, and in FOLDER, stays as it is. Import only what comes "
          + "from somebody you trust: a restart with --all runs what the manifest names."
    })
final class ImportCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;

  @Parameters(
      index = "0",
      paramLabel = "FOLDER",
      description = "Made by orchestrate export, or an OCI image layout made of that.")
  private RawPath folder;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      description = "Where the checkpoint is to be restarted.")
  private RawPath path;

  @Mixin private ReceivingOptions options;

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    Manifest manifest;
    try (ProgressLine progress = program.progress()) {
      Planner planner = new Planner(program.backends());
      manifest =
          new Receiver(catalog, planner, Shutdown.cancellation(), progress, program::say)
              .receive(folder, options.request(path, catalog))
              .manifest();
    }
    ReceivingOptions.report("imported", manifest, program);
    return ExitStatus.OK.status();
  }
}
