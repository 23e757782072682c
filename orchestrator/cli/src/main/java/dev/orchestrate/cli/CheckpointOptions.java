package dev.orchestrate.cli;

import dev.orchestrate.cli.config.ConfigurationException;
import dev.orchestrate.cli.config.Key;
import dev.orchestrate.cli.config.Setting;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.hooks.Hook;
import dev.orchestrate.engine.hooks.HookFolder;
import dev.orchestrate.engine.hooks.Hooks;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.CheckpointRequest;
import dev.orchestrate.engine.plan.ForeignPath;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.mount.ForeignNamespace;
import dev.orchestrate.spi.Settings;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a checkpoint is to be made: the options of all commands that make one. */
final class CheckpointOptions {
  static final String BEST = "best";
  static final String MOUNT_NAMESPACE = "--mount-namespace";
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
      names = MOUNT_NAMESPACE,
      paramLabel = "FILE",
      description =
          "PATH is what the processes of that mount namespace call it, such as /proc/PID/ns/mnt.")
  private Optional<RawPath> mountNamespace = Optional.empty();

  private List<ForeignPath.Found> found = List.of();

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

  @Option(names = "--no-hooks", description = "Call no hooks before the freeze and after the thaw.")
  private boolean noHooks;

  @Option(
      names = "--hook-timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "End a hook that takes longer. Default: ${DEFAULT-VALUE}")
  private int hookTimeout;

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

    @Option(
        names = "--container",
        paramLabel = "NAME",
        description =
            "All processes of a container: its name, for docker, podman or containerd, or its id,"
                + " whatever runs it.")
    private Optional<String> container = Optional.empty();

    boolean namesAny() {
      return !pids.isEmpty() || unit.isPresent() || container.isPresent() || cgroup.isPresent();
    }

    ProcessSelection choose() {
      if (!pids.isEmpty()) {
        return new ProcessSelection.Pids(pids.stream().distinct().toList());
      }
      if (unit.isPresent()) {
        return new ProcessSelection.InCgroup(SystemdUnit.cgroup(unit.get()));
      }
      if (container.isPresent()) {
        return new ProcessSelection.InCgroup(Container.cgroup(container.get()).folder());
      }
      return cgroup.isPresent()
          ? new ProcessSelection.InCgroup(cgroup.get())
          : new ProcessSelection.Holders();
    }
  }

  /**
   * Plans checkpoints of these paths, which are a set if they are several.
   *
   * @param typed the paths, as they were; none for the volumes of the container that was named
   */
  List<Plan> plan(List<RawPath> typed, OrchestrateCommand program) {
    List<ForeignPath.Found> foreign = foreign(typed);
    List<RawPath> paths =
        foreign.isEmpty() ? typed : foreign.stream().map(ForeignPath.Found::path).toList();
    try {
      Hooks hooks = hooks(foreign.isEmpty() ? typed : List.of(), program);
      List<CheckpointRequest> requests =
          paths.stream().map(path -> request(path, program, hooks)).toList();
      List<Plan> plans = new Planner(program.backends()).planSet(requests);
      for (int i = 0; i < foreign.size(); i++) {
        foreign.get(i).requireSame(plans.get(i).target());
      }
      return plans;
    } catch (IllegalArgumentException | ConfigurationException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** What this host has for what was typed as others have it; empty if it was typed as usual. */
  private List<ForeignPath.Found> foreign(List<RawPath> typed) {
    if (!found.isEmpty()) {
      return found; // whoever makes several checkpoints makes them of one tree
    }
    if (typed.isEmpty()) {
      require(mountNamespace.isEmpty(), "--mount-namespace goes with a PATH");
      require(selection.container.isPresent(), "Missing required parameter: 'PATH'");
      String container = selection.container.get();
      found = ContainerVolumes.of(container, Container.cgroup(container));
    } else if (mountNamespace.isPresent()) {
      require(
          typed.stream().allMatch(RawPath::isAbsolute),
          "with --mount-namespace, PATH has to begin with /: where you are is not there");
      try (ForeignNamespace namespace = ForeignPath.open(mountNamespace.get())) {
        found = typed.stream().map(path -> ForeignPath.here(namespace, path)).toList();
      }
    }
    return found;
  }

  /** Whether PATH is what others call it. */
  boolean namesForeignPaths() {
    return mountNamespace.isPresent();
  }

  /** Whether the user has said which processes it is about. */
  boolean namesProcesses() {
    return selection.namesAny();
  }

  /** Those of {@code --pid}. */
  List<Integer> namedPids() {
    return selection.pids;
  }

  /** Plans one of what is to be rolled back: by the same backend unless typed, and labelled. */
  Plan planBefore(Manifest checkpoint, OrchestrateCommand program) {
    if (backend.equals(BEST)) {
      backend = checkpoint.backend();
    }
    if (note.isEmpty()) {
      note = "before rollback to " + checkpoint.id();
    }
    return plan(List.of(checkpoint.target().path()), program).get(0);
  }

  /** Whether one has failed after the thaw, when it was too late for the checkpoint to fail. */
  static boolean hooksFailed(List<Plan> plans) {
    return plans.stream().anyMatch(plan -> plan.request().hooks().failed());
  }

  private CheckpointRequest request(RawPath path, OrchestrateCommand program, Hooks hooks) {
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
        Duration.ofNanos(Math.max(1, Math.round(maxFrozen * 1e9))),
        label(tags, note, spec),
        hooks);
  }

  /**
   * Those of the folder, then those of the configuration; each once, whatever the paths.
   *
   * @param paths whose tables hold; none for what holds for all
   */
  private Hooks hooks(List<RawPath> paths, OrchestrateCommand program) {
    require(hookTimeout > 0, "--hook-timeout has to be above 0");
    Set<Hook> hooks = new LinkedHashSet<>();
    if (!noHooks) {
      hooks.addAll(HookFolder.hooks(OrchestrateCommand.configurationFolder().hooks()));
      List<Optional<RawPath>> tables =
          paths.isEmpty() ? List.of(Optional.empty()) : paths.stream().map(Optional::of).toList();
      for (Optional<RawPath> path : tables) {
        Map<Key, Setting> holding = program.configuration().holding(path);
        Hook configured =
            new Hook(words(holding, Key.BEFORE_FREEZE), words(holding, Key.AFTER_THAW));
        if (!configured.isEmpty()) {
          hooks.add(configured);
        }
      }
    }
    return new Hooks(List.copyOf(hooks), Duration.ofSeconds(hookTimeout), program::say);
  }

  private static List<String> words(Map<Key, Setting> holding, Key key) {
    return Optional.ofNullable(holding.get(key)).map(Setting::words).orElse(List.of());
  }

  static Settings settings(Optional<RawPath> snapshotDirectory, Catalog catalog) {
    return new Settings(
        snapshotDirectory.map(CheckpointOptions::absoluteUnlessOnAHost), catalog.stateDirectory());
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
