package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate show}. */
@Command(
    name = "show",
    description = {
      "Shows one checkpoint; with --json, its manifest.",
      "",
      "By the id of a set it shows all of it; with --json, a list of manifests."
    })
final class ShowCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "ID",
      description = "The id of a checkpoint or of a set, or the beginning of it.")
  private String id;

  @Option(names = "--json", description = "Print the manifest.")
  private boolean json;

  @Override
  public Integer call() {
    List<Manifest> manifests =
        program.catalog().findAll(id).stream().map(StoredCheckpoint::manifest).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      manifests.forEach(manifest -> show(manifest, out));
    } else if (manifests.size() == 1) {
      out.print(new String(ManifestFormat.write(manifests.get(0)), StandardCharsets.UTF_8));
    } else {
      Json.print(out, manifests);
    }
    return ExitStatus.OK.status();
  }

  private void show(Manifest manifest, PrintWriter out) {
    out.println("checkpoint  " + manifest.id());
    manifest
        .set()
        .ifPresent(
            set ->
                out.println("set         " + set.id() + ": " + String.join(", ", set.members())));
    out.println("created     " + Units.time(manifest.created()));
    new Labels(program.catalog()).of(manifest.id()).ifPresent(label -> print(label, out));
    out.println("target      " + manifest.target().path() + " (" + manifest.target().type() + ")");
    out.println("backend     " + manifest.backend());
    manifest.snapshot().forEach((name, value) -> out.println("  " + name + " = " + value));
    out.println("manifest    " + program.catalog().manifestFile(manifest.id()));
    manifest.renumbered().ifPresent(maps -> out.println("owners      " + RawPath.printable(maps)));
    out.println("frozen      " + Units.millis(manifest.frozenMicros()));
    manifest.freezing().forEach(line -> out.println("  " + line));
    for (ProcessRecord process : manifest.processes()) {
      out.println(
          "process     "
              + process.pid()
              + " "
              + RawPath.printable(process.name())
              + ": "
              + Units.count(process.descriptors().size(), "descriptor", "descriptors"));
    }
    manifest
        .relinks()
        .forEach(
            relink ->
                out.println(
                    "relinked    "
                        + relink.original()
                        + " -> "
                        + relink.relinked()
                        + " ("
                        + relink.strategy()
                        + ", "
                        + Units.bytes(relink.size())
                        + ")"));
    manifest.warnings().forEach(warning -> out.println("warning     " + warning));
  }

  private static void print(Label label, PrintWriter out) {
    if (!label.tags().isEmpty()) {
      out.println("tags        " + String.join(", ", label.tags()));
    }
    if (!label.note().isEmpty()) {
      out.println("note        " + RawPath.printable(label.note()));
    }
  }
}
