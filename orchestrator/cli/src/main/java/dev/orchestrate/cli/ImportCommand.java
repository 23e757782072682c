package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.engine.transfer.ManifestPlace;
import dev.orchestrate.engine.transfer.Receiver;
import dev.orchestrate.linux.RawPath;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code orchestrate import}. */
@Command(
    name = "import",
    description = {
      "Makes a checkpoint of what orchestrate export has written, in either form, or of a tree that a "
          + "backup program has restored.",
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
      description =
          "Made by orchestrate export, or an OCI image layout made of that; or the top of a tree"
              + " that was read by orchestrate backup.")
  private RawPath folder;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      description = "Where the checkpoint is to be restarted.")
  private RawPath path;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Of a restored tree with the manifests of several checkpoints: which one.")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--relink-template",
      paramLabel = "TEMPLATE",
      description =
          "Of a restored tree: the one that it was backed up with. Default:"
              + " lost+found/checkpoint/{id}/{inode}")
  private Optional<RelinkTemplate> template = Optional.empty();

  @Mixin private ReceivingOptions options;

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    ManifestPlace place = new ManifestPlace(template.orElse(RelinkTemplate.DEFAULT), id);
    Manifest manifest;
    try (ProgressLine progress = program.progress()) {
      Planner planner = new Planner(program.backends());
      manifest =
          new Receiver(catalog, planner, Shutdown.cancellation(), progress, program::say)
              .receive(folder, place, options.request(path, catalog))
              .manifest();
    }
    options.report("imported", manifest, program);
    return ExitStatus.OK.status();
  }
}
