package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.transfer.Compression;
import dev.orchestrate.engine.transfer.Sender;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate send}. */
@Command(
    name = "send",
    description = {
      "Writes a checkpoint, manifest and files, to standard output, for orchestrate receive on "
          + "another host.",
      "",
      "For example: orchestrate send ID | ssh HOST orchestrate receive PATH. What is written has "
          + "the environment of the recorded processes, passwords in it included."
    })
final class SendCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Mixin private OutputOption output;

  @Option(
      names = "--compress",
      paramLabel = "HOW",
      description =
          "none, or zstd, which both sides need. Default: zstd where this side has it, else none.")
  private Optional<Compression> compression = Optional.empty();

  @Override
  public Integer call() throws Exception {
    Catalog catalog = program.catalog();
    Manifest manifest = catalog.find(id).manifest();
    if (output.isFile()) {
      output.write(out -> send(catalog, manifest, out));
    } else {
      if (ProgressLine.isTerminal(1)) {
        throw new ParameterException(
            spec.commandLine(), "standard output is a terminal; give -o FILE, or pipe it");
      }
      send(catalog, manifest, new FileOutputStream(FileDescriptor.out));
    }
    program.say("sent checkpoint %s of %s".formatted(manifest.id(), manifest.target().path()));
    return ExitStatus.OK.status();
  }

  private void send(Catalog catalog, Manifest manifest, OutputStream out) {
    try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
      new Sender(catalog, Shutdown.cancellation(), progress, program::say)
          .send(
              manifest,
              program.backends().byName(manifest.backend()),
              compression.orElseGet(Compression::best),
              new BufferedOutputStream(out, 1 << 16));
    }
  }
}
