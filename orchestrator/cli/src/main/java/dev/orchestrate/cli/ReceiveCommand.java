package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.transfer.ReceiveRequest;
import dev.orchestrate.engine.transfer.Receiver;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate receive}. */
@Command(
    name = "receive",
    description = {
      "Makes a checkpoint of what orchestrate send has written, read from standard input.",
      "",
      "It keeps its id, and is stored here as by a checkpoint of PATH, where it will be "
          + "restarted; what is in PATH now stays as it is. Unless every byte is as it was sent, "
          + "nothing is kept. Receive only what comes from somebody you trust: a restart with "
          + "--all runs what the manifest names."
    })
final class ReceiveCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PATH", description = "Where the checkpoint is to be restarted.")
  private RawPath path;

  @Option(
      names = {"-i", "--input"},
      paramLabel = "FILE",
      description = "Read this file, and not standard input.")
  private Optional<RawPath> file = Optional.empty();

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

  @Override
  public Integer call() throws IOException {
    Catalog catalog = program.catalog();
    ReceiveRequest request =
        new ReceiveRequest(
            path,
            CheckpointOptions.chosen(backend),
            CheckpointOptions.settings(snapshotDirectory, catalog),
            devices);
    Manifest manifest;
    try (InputStream in = input();
        ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
      Planner planner = new Planner(program.backends());
      manifest =
          new Receiver(catalog, planner, Shutdown.cancellation(), progress, program::say)
              .receive(in, request);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "received checkpoint %s of %s by %s"
            .formatted(manifest.id(), manifest.target().path(), manifest.backend()));
    out.println("  restart   orchestrate restart " + manifest.id() + " -- COMMAND");
    return ExitStatus.OK.status();
  }

  private InputStream input() throws IOException {
    if (file.isPresent()) {
      try (Fd opened = Fd.open(file.get(), Fd.O_RDONLY)) {
        return new FileInputStream(opened.procPath().text());
      } catch (SystemCallException e) {
        throw Failures.of(e, "opening the stream", "");
      }
    }
    if (ProgressLine.isTerminal(0)) {
      throw new ParameterException(
          spec.commandLine(), "standard input is a terminal; give -i FILE, or pipe it");
    }
    return new FileInputStream(FileDescriptor.in);
  }
}
