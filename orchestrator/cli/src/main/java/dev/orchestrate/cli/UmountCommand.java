package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.engine.restart.MountedViews;
import dev.orchestrate.linux.RawPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate umount}. */
@Command(name = "umount", description = "Throws a view away, with what was written to it.")
final class UmountCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Where the view is mounted, or is kept.")
  private RawPath directory;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    StoredView gone = new MountedViews(program.catalog()).unmount(directory, program.backends());
    if (json) {
      Json.print(spec.commandLine().getOut(), ViewReport.of(gone));
    }
    return ExitStatus.OK.status();
  }
}
