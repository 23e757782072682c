package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.catalog.Timelines;
import dev.orchestrate.engine.manifest.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate report}. */
@Command(
    name = "report",
    description = {
      "Writes one page of HTML about a checkpoint: how it was made, what it holds.",
      "",
      "It needs no other file and no network. It has names of files and the command lines of the "
          + "recorded processes, but not their environment."
    })
final class ReportCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Mixin private OutputOption output;

  @Override
  public Integer call() throws Exception {
    Catalog catalog = program.catalog();
    Manifest manifest = catalog.find(id).manifest();
    Label label = new Labels(catalog).of(manifest.id()).orElse(Label.NONE);
    String page = ReportPage.of(manifest, new Timelines(catalog).of(manifest.id()), label);
    if (output.isFile()) {
      output.write(out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
    } else {
      spec.commandLine().getOut().print(page);
    }
    return ExitStatus.OK.status();
  }
}
