package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.recovery.Recovery;
import dev.orchestrate.engine.transfer.ReceiveRequest;
import dev.orchestrate.engine.transfer.Received;
import dev.orchestrate.engine.transfer.Receiver;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.OrchestrateException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
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

/** {@code orchestrate receive}. */
@Command(
    name = "receive",
    description = {
      "Makes a checkpoint of what orchestrate send has written, read from standard input.",
      "",
      "It keeps its id, and is stored here as by a checkpoint of PATH, where it will be "
          + "restarted; what is in PATH now stays as it is. Unless every byte is as it was sent, "
          + "nothing is kept. Receive only what comes from somebody you trust: a restart with "
          + "--all runs what the manifest names.",
      "",
      "Of a checkpoint by nfs, PATH is where the filesystem that has it is mounted here. Deleting "
          + "it here leaves it to the host where it was taken."
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
      names = "--delete-parent",
      description =
          "Once all is here, delete the checkpoint that it was sent as the differences from.")
  private boolean deleteParent;

  @Mixin private ReceivingOptions options;

  @Override
  public Integer call() throws IOException {
    Catalog catalog = program.catalog();
    ReceiveRequest request = options.request(path, catalog);
    Received received;
    try (InputStream in = input();
        ProgressLine progress = program.progress()) {
      Planner planner = new Planner(program.backends());
      received =
          new Receiver(catalog, planner, Shutdown.cancellation(), progress, program::say)
              .receive(in, request);
    }
    options.report("received", received.manifest(), program);
    if (deleteParent) {
      received.parent().ifPresent(parent -> delete(parent, catalog));
    }
    return ExitStatus.OK.status();
  }

  /** What was received counts, even if somebody uses the other. */
  private void delete(String parent, Catalog catalog) {
    try {
      new Recovery(catalog, program.backends()).delete(catalog.findAll(parent));
    } catch (OrchestrateException | SystemCallException e) {
      program.say("checkpoint " + parent + " stays: " + e.getMessage());
    }
  }

  private InputStream input() throws IOException {
    if (file.isPresent()) {
      try (Fd opened = Fd.open(file.get(), Fd.O_RDONLY)) {
        return new FileInputStream(opened.procPath().text());
      } catch (SystemCallException e) {
        throw Failures.of(e, "opening the stream", "");
      }
    }
    if (Screen.isTerminal(0)) {
      throw new ParameterException(
          spec.commandLine(), "standard input is a terminal; give -i FILE, or pipe it");
    }
    return new FileInputStream(FileDescriptor.in);
  }
}
