package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.CheckpointRequest;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a checkpoint is to be made: the options of all commands that make one. */
final class CheckpointOptions {
  static final String BEST = "best";
  private static final int LONGEST_FREEZE = 3600;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

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
      names = "--tag",
      paramLabel = "NAME",
      description = "Write this on the checkpoint, for list and prune; may be repeated.")
  private List<String> tags = List.of();

  @Option(names = "--note", paramLabel = "TEXT", description = "Write this on it, for people.")
  private String note = "";

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

  /** What the user asked for, checked. */
  CheckpointRequest request(RawPath path, OrchestrateCommand program) {
    require(
        maxFrozen > 0 && maxFrozen <= LONGEST_FREEZE,
        "--max-frozen has to be more than 0 and at most " + LONGEST_FREEZE + " seconds");
    require(selection.pids.stream().allMatch(pid -> pid > 0), "--pid has to be above 0");
    return new CheckpointRequest(
        path,
        chosen(backend),
        selection.choose(),
        template.orElse(RelinkTemplate.DEFAULT),
        settings(snapshotDirectory, program.catalog()),
        Duration.ofMillis((long) (maxFrozen * 1000)),
        label(tags, note, spec));
  }

  static Settings settings(Optional<RawPath> snapshotDirectory, Catalog catalog) {
    return new Settings(
        snapshotDirectory.map(CheckpointOptions::absoluteUnlessOnAHost), catalog.stateDirectory());
  }

  /** The same for a checkpoint of what is to be rolled back: by the same backend, and labelled. */
  CheckpointRequest requestBefore(Manifest checkpoint, OrchestrateCommand program) {
    if (backend.equals(BEST)) {
      backend = checkpoint.backend();
    }
    if (note.isEmpty()) {
      note = "before rollback to " + checkpoint.id();
    }
    return request(checkpoint.target().path(), program);
  }

  /** The backend that a user named; empty for the best. */
  static Optional<String> chosen(String backend) {
    return Optional.of(backend).filter(name -> !name.equals(BEST));
  }

  /** What a user wants to write on a checkpoint, checked. */
  static Label label(List<String> tags, String note, CommandSpec spec) {
    try {
      return new Label(tags, note);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
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
