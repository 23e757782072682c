package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.transfer.Compression;
import dev.orchestrate.engine.transfer.Sender;
import dev.orchestrate.engine.transfer.StreamSubject;
import dev.orchestrate.linux.RawPath;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
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
          + "the environment of the recorded processes, passwords in it included.",
      "",
      "Of a checkpoint by nfs only the manifest is sent: the other host has to mount the same "
          + "filesystem. It belongs to this host, and is of use there until it is deleted here."
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

  @Option(
      names = "--parent",
      paramLabel = "PARENT",
      description = "A checkpoint that the receiver has, too: only what differs from it is sent.")
  private Optional<String> parentId = Optional.empty();

  @Option(
      names = "--resumable",
      description =
          "With -o FILE, leave what is written if this is interrupted, in FILE.incomplete, and go on "
              + "from there when the same command is run again.")
  private boolean resumable;

  @Option(
      names = "--json",
      description = "With -o FILE, report as JSON; without, standard output is the stream.")
  private boolean json;

  /**
   * What {@code --json} gives; {@code parent} is empty if all was sent, {@code kept} without {@code
   * --resumable}.
   */
  record Report(
      String id,
      RawPath target,
      Optional<String> parent,
      RawPath file,
      long bytes,
      Optional<Long> kept) {}

  @Override
  public Integer call() throws Exception {
    if (json && !output.isFile()) {
      throw new ParameterException(
          spec.commandLine(), "--json goes with -o FILE: without, standard output is the stream");
    }
    if (resumable && !output.isFile()) {
      throw new ParameterException(
          spec.commandLine(), "--resumable goes with -o FILE: what is sent elsewhere is gone");
    }
    Catalog catalog = program.catalog();
    Manifest manifest = catalog.find(id).manifest();
    Optional<Manifest> parent = parentId.map(one -> catalog.find(one).manifest());
    parent.ifPresent(one -> requireAnother(one, manifest));
    if (output.isFile()) {
      report(write(catalog, manifest, parent), manifest, parent);
    } else {
      if (Screen.isTerminal(1)) {
        throw new ParameterException(
            spec.commandLine(), "standard output is a terminal; give -o FILE, or pipe it");
      }
      send(catalog, manifest, parent, new FileOutputStream(FileDescriptor.out));
      remark(manifest, parent, 0);
    }
    return ExitStatus.OK.status();
  }

  private OutputOption.Written write(Catalog catalog, Manifest manifest, Optional<Manifest> parent)
      throws IOException {
    if (!resumable) {
      return output.write(out -> send(catalog, manifest, parent, out));
    }
    StreamSubject stream =
        new StreamSubject(manifest.id(), parent.map(Manifest::id), compression());
    return output.writeResumably(stream, program::say, out -> send(catalog, manifest, parent, out));
  }

  private void report(OutputOption.Written written, Manifest manifest, Optional<Manifest> parent) {
    if (json) {
      Report report =
          new Report(
              manifest.id(),
              manifest.target().path(),
              parent.map(Manifest::id),
              written.file(),
              written.bytes(),
              Optional.of(written.kept()).filter(bytes -> resumable));
      Json.print(spec.commandLine().getOut(), report);
    } else {
      remark(manifest, parent, written.kept());
    }
  }

  private void remark(Manifest manifest, Optional<Manifest> parent, long kept) {
    program.remark(
        "sent checkpoint %s of %s%s%s"
            .formatted(
                manifest.id(),
                manifest.target().path(),
                parent.map(one -> ": what differs from " + one.id()).orElse(""),
                kept > 0 ? "; went on from " + Units.bytes(kept) : ""));
  }

  private void requireAnother(Manifest parent, Manifest manifest) {
    if (parent.id().equals(manifest.id())) {
      throw new ParameterException(
          spec.commandLine(),
          "checkpoint " + manifest.id() + " can't be its own parent; name an earlier one");
    }
  }

  private void send(
      Catalog catalog, Manifest manifest, Optional<Manifest> parent, OutputStream stream) {
    try (ProgressLine progress = program.progress()) {
      Sender sender =
          new Sender(catalog, program.backends(), Shutdown.cancellation(), progress, program::say);
      Compression how = compression();
      OutputStream out = new BufferedOutputStream(stream, 1 << 16);
      parent.ifPresentOrElse(
          one -> sender.sendSince(one, manifest, how, out), () -> sender.send(manifest, how, out));
    }
  }

  private Compression compression() {
    return compression.orElseGet(Compression::best);
  }
}
