package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.transfer.ExportForm;
import dev.orchestrate.engine.transfer.Exporter;
import dev.orchestrate.linux.RawPath;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate export}. */
@Command(
    name = "export",
    description = {
      "Writes a checkpoint into a folder that any tool can read, for orchestrate import.",
      "",
      "The folder is made, for its owner only, and has its name when all is in it. What is "
          + "written has the environment of the recorded processes, passwords in it included."
    })
final class ExportCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Parameters(
      index = "1",
      paramLabel = "FOLDER",
      description = "Where it is written. Nothing may be there.")
  private RawPath folder;

  @Option(
      names = "--form",
      paramLabel = "FORM",
      defaultValue = "directory",
      description =
          "directory: the files, with the manifest beside them. oci: an image layout, for "
              + "registries, skopeo, umoci or podman. Default: ${DEFAULT-VALUE}")
  private ExportForm form;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives. */
  record Report(String id, RawPath target, String form, RawPath folder) {}

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    Manifest manifest = catalog.find(id).manifest();
    try (ProgressLine progress = program.progress()) {
      new Exporter(catalog, Shutdown.cancellation(), progress, program::say)
          .export(manifest, program.backends().byName(manifest.backend()), form, folder);
    }
    report(manifest);
    return ExitStatus.OK.status();
  }

  private void report(Manifest manifest) {
    RawPath target = manifest.target().path();
    if (json) {
      String word = form.name().toLowerCase(Locale.ROOT);
      Report report = new Report(manifest.id(), target, word, folder.toAbsolute());
      Json.print(spec.commandLine().getOut(), report);
    } else {
      program
          .report()
          .println("exported checkpoint %s of %s to %s".formatted(manifest.id(), target, folder));
    }
  }
}
