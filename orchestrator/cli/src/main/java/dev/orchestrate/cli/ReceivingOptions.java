package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.transfer.ReceiveRequest;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How what comes from elsewhere is stored here. */
final class ReceivingOptions {
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

  @Mixin private OwnerOptions owners;

  ReceiveRequest request(RawPath path, Catalog catalog) {
    return new ReceiveRequest(
        path,
        CheckpointOptions.chosen(backend),
        CheckpointOptions.settings(snapshotDirectory, catalog),
        devices,
        owners.map());
  }

  static void report(String done, Manifest manifest, OrchestrateCommand program) {
    program.made(manifest.id());
    PrintWriter out = program.report();
    out.println(
        "%s checkpoint %s of %s by %s"
            .formatted(done, manifest.id(), manifest.target().path(), manifest.backend()));
    out.println("  restart   orchestrate restart " + manifest.id() + " -- COMMAND");
  }
}
