package dev.orchestrate.cli;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.Survey;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.verify.Verification;
import dev.orchestrate.engine.verify.Verifier;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.TimeoutException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate checkpoint}. */
@Command(
    name = "checkpoint",
    description = {
      "Freezes processes, gives unlinked files a name, takes a snapshot, thaws.",
      "",
      "PATH is the top of a mounted filesystem or of a btrfs subvolume. Without --pid, --cgroup "
          + "or --unit it is about every process that holds something there: a descriptor, a mapping, "
          + "its working or root directory, or its executable."
    })
final class CheckpointCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PATH", description = "What to checkpoint.")
  private RawPath path;

  @Mixin private CheckpointOptions options;

  @Option(
      names = "--checksum",
      description =
          "Afterwards, read all that was stored and record checksums, for orchestrate verify.")
  private boolean checksum;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--trace",
      description = "Show on standard error when each step began and how long it took.")
  private boolean trace;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    CommandLine commandLine = spec.commandLine();
    CheckpointReport report =
        new CheckpointReport(commandLine.getOut(), commandLine.getErr(), json, program.verbose());
    Plan plan = new Planner(program.backends()).plan(options.request(path, program));
    if (checksum) {
      Verifier.requireStored(plan);
    }
    if (dryRun) {
      report.planned(plan, Survey.of(plan));
    } else {
      Cancellation cancellation = Shutdown.cancellation();
      Manifest manifest;
      Checkpointer checkpointer;
      try (ProgressLine progress = ProgressLine.on(commandLine.getErr())) {
        checkpointer = new Checkpointer(program.catalog(), cancellation, progress);
        manifest = checkpointer.checkpoint(plan);
      }
      report.made(plan, manifest);
      if (trace) {
        report.steps(checkpointer.timeline());
      }
      if (checksum) {
        report.recorded(recordChecksums(manifest, plan.backend(), cancellation));
      }
    }
    return (plan.request().hooks().failed() ? ExitStatus.FAILED : ExitStatus.OK).status();
  }

  /** The checkpoint is complete by now, and stays if this fails. */
  private Verification recordChecksums(
      Manifest manifest, SnapshotBackend backend, Cancellation cancellation) {
    try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
      return new Verifier(program.catalog(), cancellation, progress).record(manifest, backend);
    } catch (TimeoutException e) {
      throw new TimeoutException(
          "interrupted; checkpoint " + manifest.id() + " is complete, but has no checksums",
          "record them: orchestrate verify --record " + manifest.id(),
          e);
    }
  }
}
