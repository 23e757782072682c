package dev.orchestrate.cli;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.Survey;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.verify.Verification;
import dev.orchestrate.engine.verify.Verifier;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.TimeoutException;
import java.util.ArrayList;
import java.util.List;
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
      "PATH is the top of a mounted filesystem or of a btrfs subvolume. Without --pid, --cgroup, "
          + "--unit or --container it is about every process that holds something there: a "
          + "descriptor, a mapping, its working or root directory, or its executable.",
      "",
      "Several PATHs, each of a filesystem of its own, are a snapshot set: the processes are frozen "
          + "once for all, so that the set is of one moment. It has an id of its own, which the other "
          + "commands take for all of it, and it is made as a whole or not at all."
    })
final class CheckpointCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH",
      description = "What to checkpoint. Default with --container: its volumes.")
  private List<RawPath> paths = new ArrayList<>();

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
        new CheckpointReport(program, commandLine.getOut(), commandLine.getErr(), json);
    List<Plan> plans = options.plan(paths, program);
    if (checksum) {
      plans.forEach(Verifier::requireStored);
    }
    if (dryRun) {
      report.planned(plans, plans.stream().map(Survey::of).toList());
    } else {
      Cancellation cancellation = Shutdown.cancellation();
      List<Manifest> manifests;
      Checkpointer checkpointer;
      try (ProgressLine progress = program.progress()) {
        checkpointer = new Checkpointer(program.catalog(), cancellation, progress);
        manifests = checkpointer.checkpoint(plans);
        progress.keep();
      }
      report.made(plans, manifests);
      if (trace) {
        report.steps(checkpointer.timeline());
      }
      if (checksum) {
        for (int i = 0; i < plans.size(); i++) {
          SnapshotBackend backend = plans.get(i).backend();
          report.recorded(recordChecksums(manifests.get(i), backend, cancellation));
        }
      }
    }
    return (CheckpointOptions.hooksFailed(plans) ? ExitStatus.FAILED : ExitStatus.OK).status();
  }

  /** The checkpoint is complete by now, and stays if this fails. */
  private Verification recordChecksums(
      Manifest manifest, SnapshotBackend backend, Cancellation cancellation) {
    try (ProgressLine progress = program.progress()) {
      return new Verifier(program.catalog(), cancellation, progress).record(manifest, backend);
    } catch (TimeoutException e) {
      throw new TimeoutException(
          "interrupted; checkpoint " + manifest.id() + " is complete, but has no checksums",
          "record them: orchestrate verify --record " + manifest.id(),
          e);
    }
  }
}
