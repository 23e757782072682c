package dev.orchestrate.cli;

import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.Survey;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.engine.plan.CheckpointRequest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Settings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
  private static final int LONGEST_FREEZE = 3600;

  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PATH", description = "What to checkpoint.")
  private RawPath path;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "How to take the snapshot. Default: the first backend that fits.")
  private Optional<String> backend = Optional.empty();

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

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

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
    Plan plan = new Planner(program.backends()).plan(request());
    Checkpointer checkpointer = new Checkpointer(program.catalog(), Shutdown.cancellation());
    if (dryRun) {
      print(plan, checkpointer.survey(plan));
    } else {
      print(checkpointer.checkpoint(plan));
    }
    return ExitStatus.OK.status();
  }

  private CheckpointRequest request() {
    require(
        maxFrozen > 0 && maxFrozen <= LONGEST_FREEZE,
        "--max-frozen has to be more than 0 and at most " + LONGEST_FREEZE + " seconds");
    require(selection.pids.stream().allMatch(pid -> pid > 0), "--pid has to be above 0");
    return new CheckpointRequest(
        path,
        backend,
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

  /** What {@code --json} gives. */
  record Report(
      String id,
      String backend,
      Instant created,
      RawPath target,
      long frozenMicros,
      Map<String, RawPath> snapshot,
      List<Integer> processes,
      List<Relink> relinks,
      List<String> warnings) {}

  private void print(Manifest manifest) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      print(
          new Report(
              manifest.id(),
              manifest.backend(),
              manifest.created(),
              manifest.target().path(),
              manifest.frozenMicros(),
              manifest.snapshot(),
              manifest.processes().stream().map(ProcessRecord::pid).toList(),
              manifest.relinks(),
              manifest.warnings()));
      return;
    }
    warn(manifest.warnings());
    out.println(
        "checkpoint "
            + manifest.id()
            + " of "
            + manifest.target().path()
            + " by "
            + manifest.backend());
    out.println("  frozen    " + frozen(manifest));
    out.println("  relinked  " + relinked(manifest.relinks()));
    if (program.verbose()) {
      manifest.freezing().forEach(line -> out.println("  froze     " + line));
      manifest.relinks().forEach(relink -> out.println("  " + describe(relink)));
    }
    out.println("  restart   orchestrate restart " + manifest.id() + " -- COMMAND");
  }

  private static String frozen(Manifest manifest) {
    return manifest.processes().isEmpty()
        ? "nobody, as no process holds anything there"
        : Units.millis(manifest.frozenMicros())
            + ": "
            + manifest.processes().stream()
                .limit(8)
                .map(process -> process.pid() + " " + RawPath.printable(process.name()))
                .collect(Collectors.joining(", "))
            + (manifest.processes().size() > 8
                ? " and " + (manifest.processes().size() - 8) + " more"
                : "");
  }

  private static String relinked(List<Relink> relinks) {
    if (relinks.isEmpty()) {
      return "nothing, as every open file has its name";
    }
    Map<Relink.Strategy, Long> counts =
        relinks.stream()
            .collect(Collectors.groupingBy(Relink::strategy, TreeMap::new, Collectors.counting()));
    return Units.count(relinks.size(), "file", "files")
        + " ("
        + counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "))
        + ")";
  }

  private static String describe(Relink relink) {
    return relink.strategy()
        + " "
        + (relink.original().isEmpty() ? "(name unknown)" : relink.original())
        + " -> "
        + relink.relinked()
        + " ("
        + Units.bytes(relink.size())
        + ")";
  }

  /** What {@code --dry-run --json} gives. */
  record DryRun(
      RawPath target,
      String backend,
      List<String> volumes,
      List<String> notes,
      List<Integer> processes,
      List<Survey.Unlinked> unlinked,
      List<String> warnings) {}

  private void print(Plan plan, Survey survey) {
    List<String> volumes =
        plan.fit().volumes().stream().map(volume -> volume.path().toString()).toList();
    if (json) {
      print(
          new DryRun(
              plan.target().path(),
              plan.backend().name(),
              volumes,
              plan.fit().notes(),
              survey.processes(),
              survey.unlinked(),
              survey.warnings()));
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    warn(survey.warnings());
    out.println("would checkpoint " + plan.target().path() + " by " + plan.backend().name());
    plan.fit().notes().forEach(note -> out.println("  note      " + note));
    out.println("  freeze    processes " + survey.processes());
    out.println(
        "  relink    " + Units.count(survey.unlinked().size(), "unlinked file", "unlinked files"));
    survey
        .unlinked()
        .forEach(
            file ->
                out.println(
                    "            "
                        + (file.original().isEmpty() ? "(name unknown)" : file.original())
                        + " ("
                        + Units.bytes(file.size())
                        + (file.links() == 0 ? ", no name left)" : ", has another name)")));
    out.println("  snapshot  " + Units.count(volumes.size(), "volume", "volumes"));
    out.println("nothing was done");
  }

  private void warn(List<String> warnings) {
    warnings.forEach(
        warning -> spec.commandLine().getErr().println("orchestrate: warning: " + warning));
  }

  private void print(Object value) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(new String(ManifestFormat.write(value), StandardCharsets.UTF_8));
  }
}
