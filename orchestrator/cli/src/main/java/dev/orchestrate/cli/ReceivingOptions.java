package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.transfer.ReceiveRequest;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How what comes from elsewhere is stored here. */
final class ReceivingOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = CheckpointOptions.BEST,
      description = "How to store it; see orchestrate backends PATH. Default: ${DEFAULT-VALUE}")
  private String backend;

  @Option(
      names = "--snapshot-dir",
      paramLabel = "DIR",
      description = "Where it is kept. Default on btrfs: PATH/.orchestrate")
  private Optional<RawPath> snapshotDirectory = Optional.empty();

  @Option(
      names = "--devices",
      description = "Receive device files too; without, a checkpoint that has any is refused.")
  private boolean devices;

  @Option(names = "--json", description = "Report as JSON, as orchestrate checkpoint does.")
  private boolean json;

  @Mixin private OwnerOptions owners;

  ReceiveRequest request(RawPath path, Catalog catalog) {
    return new ReceiveRequest(
        path,
        CheckpointOptions.chosen(backend),
        CheckpointOptions.settings(snapshotDirectory, catalog),
        devices,
        owners.map());
  }

  void report(String done, Manifest manifest, OrchestrateCommand program) {
    if (json) {
      Label label = new Labels(program.catalog()).of(manifest.id()).orElse(Label.NONE);
      Json.print(spec.commandLine().getOut(), CheckpointReport.Report.of(manifest, label));
      return;
    }
    program.made(manifest.id());
    PrintWriter out = program.report();
    out.println(
        "%s checkpoint %s of %s by %s"
            .formatted(done, manifest.id(), manifest.target().path(), manifest.backend()));
    out.println("  restart   orchestrate restart " + manifest.id() + " -- COMMAND");
  }
}
