package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.transfer.ExportForm;
import dev.orchestrate.engine.transfer.Exporter;
import dev.orchestrate.linux.RawPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

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

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    Manifest manifest = catalog.find(id).manifest();
    try (ProgressLine progress = program.progress()) {
      new Exporter(catalog, Shutdown.cancellation(), progress, program::say)
          .export(manifest, program.backends().byName(manifest.backend()), form, folder);
    }
    program
        .report()
        .println(
            "exported checkpoint %s of %s to %s"
                .formatted(manifest.id(), manifest.target().path(), folder));
    return ExitStatus.OK.status();
  }
}
