package dev.orchestrate.cli;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.Survey;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.CheckpointRequest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.engine.verify.Verification;
import dev.orchestrate.engine.verify.Verifier;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.TimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
  private static final String BEST = "best";
  private static final int LONGEST_FREEZE = 3600;

  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PATH", description = "What to checkpoint.")
  private RawPath path;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = BEST,
      description =
          "How to take the snapshot; see orchestrate backends PATH. Default: ${DEFAULT-VALUE}, which"
              + " takes snapshots of one moment before what costs nothing before copies.")
  private String backend;

  @ArgGroup private Selection selection = new Selection();

  @Option(
      names = "--relink-template",
      paramLabel = "TEMPLATE",
      description =
          "Where unlinked files get their names, below the top of their volume; with {id} in the"
              + " last folder, {inode} or {name} in the name. Default:"
              + " lost+found/checkpoint/{id}/{inode}")
  private Optional<RelinkTemplate> template = Optional.empty();

  @Option(
      names = "--snapshot-dir",
      paramLabel = "DIR",
      description = "Where snapshots are kept. Default on btrfs: PATH/.orchestrate")
  private Optional<RawPath> snapshotDirectory = Optional.empty();

  @Option(
      names = "--max-frozen",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Thaw after this time, come what may. Default: ${DEFAULT-VALUE}")
  private double maxFrozen;

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

  /** Which processes; one of these. */
  static final class Selection {
    @Option(names = "--pid", paramLabel = "PID", description = "This process; may be repeated.")
    private List<Integer> pids = List.of();

    @Option(
        names = "--cgroup",
        paramLabel = "PATH",
        description = "All processes of a control group.")
    private Optional<RawPath> cgroup = Optional.empty();

    @Option(names = "--unit", paramLabel = "NAME", description = "All processes of a systemd unit.")
    private Optional<String> unit = Optional.empty();

    ProcessSelection choose() {
      if (!pids.isEmpty()) {
        return new ProcessSelection.Pids(pids.stream().distinct().toList());
      }
      if (unit.isPresent()) {
        return new ProcessSelection.InCgroup(SystemdUnit.cgroup(unit.get()));
      }
      return cgroup.isPresent()
          ? new ProcessSelection.InCgroup(cgroup.get())
          : new ProcessSelection.Holders();
    }
  }

  @Override
  public Integer call() {
    CommandLine commandLine = spec.commandLine();
    CheckpointReport report =
        new CheckpointReport(commandLine.getOut(), commandLine.getErr(), json, program.verbose());
    Plan plan = new Planner(program.backends()).plan(request());
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
        report.steps(checkpointer.trace());
      }
      if (checksum) {
        report.recorded(recordChecksums(manifest, plan.backend(), cancellation));
      }
    }
    return ExitStatus.OK.status();
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

  private CheckpointRequest request() {
    require(
        maxFrozen > 0 && maxFrozen <= LONGEST_FREEZE,
        "--max-frozen has to be more than 0 and at most " + LONGEST_FREEZE + " seconds");
    require(selection.pids.stream().allMatch(pid -> pid > 0), "--pid has to be above 0");
    return new CheckpointRequest(
        path,
        Optional.of(backend).filter(name -> !name.equals(BEST)),
        selection.choose(),
        template.orElse(RelinkTemplate.DEFAULT),
        new Settings(
            snapshotDirectory.map(CheckpointCommand::absoluteUnlessOnAHost),
            program.catalog().stateDirectory()),
        Duration.ofMillis((long) (maxFrozen * 1000)));
  }

  /** As rsync(1) has it: what has a colon before the first slash is on another host. */
  private static RawPath absoluteUnlessOnAHost(RawPath folder) {
    return folder.text().matches("(?s)[^/]+:.*") ? folder : folder.toAbsolute();
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
