package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.restart.MountedViews;
import dev.orchestrate.linux.RawPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate mount}. */
@Command(
    name = "mount",
    description = {
      "Mounts a writable view of a checkpoint, for any tool.",
      "",
      "What is written to it goes when it "
          + "is unmounted; the checkpoint stays as it is. Relinked files are in it by the names that "
          + "orchestrate files ID shows."
    })
final class MountCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Parameters(index = "1", paramLabel = "DIR", description = "An existing directory.")
  private RawPath directory;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Manifest manifest = program.catalog().find(id).manifest();
    StoredView view =
        new MountedViews(program.catalog())
            .mount(manifest, program.backends().byName(manifest.backend()), directory);
    ViewReport report = ViewReport.of(view);
    if (json) {
      Json.print(spec.commandLine().getOut(), report);
    } else {
      program.report().println("checkpoint " + report.id() + " is at " + report.path());
    }
    return ExitStatus.OK.status();
  }
}
