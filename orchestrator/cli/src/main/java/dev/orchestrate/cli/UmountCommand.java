package dev.orchestrate.cli;

import dev.orchestrate.engine.restart.MountedViews;
import dev.orchestrate.linux.RawPath;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code orchestrate umount}. */
@Command(name = "umount", description = "Throws a view away, with what was written to it.")
final class UmountCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;

  @Parameters(paramLabel = "DIR", description = "Where the view is mounted, or is kept.")
  private RawPath directory;

  @Override
  public Integer call() {
    new MountedViews(program.catalog()).unmount(directory, program.backends());
    return ExitStatus.OK.status();
  }
}
