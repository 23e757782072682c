package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Survey;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.migration.Migration;
import dev.orchestrate.engine.migration.MigrationRequest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.transfer.Compression;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate migrate}. */
@Command(
    name = "migrate",
    description = {
      "Takes a tree elsewhere while programs work on it, and with --final the programs, too.",
      "",
      "A checkpoint is made and sent to COMMAND, which receives it: ssh HOST orchestrate receive "
          + "PATH. That is repeated, each time with what differs from the one before, until little "
          + "does. Of the checkpoints that were made here, the last stays.",
      "",
      "With --final, the processes named by --pid, --cgroup, --unit or --container stand still from "
          + "the last checkpoint on, and are ended (SIGKILL) as soon as COMMAND says that it has "
          + "arrived: nothing that they did is missing there, and none of them goes on. Should "
          + "anything fail before, they go on here as if nothing had been.",
      "",
      "What several hosts mount, as by NFS, is not sent at all: with --final, the processes go."
    })
final class MigrateCommand implements Callable<Integer> {
  private static final double LEAST_SECONDS = 0.001;
  private static final int MOST_SECONDS = 3600;

  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "PATH", description = "What to take elsewhere.")
  private RawPath path;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description =
          "Receives one checkpoint from its standard input, and says so; started for each.")
  private List<String> command = new ArrayList<>();

  @Mixin private CheckpointOptions options;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "So many checkpoints at most while the processes run. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(names = "--final", description = "End the processes with the last checkpoint.")
  private boolean last;

  @Option(
      names = "--max-stop",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "With --final: let the processes go on if the last checkpoint has not arrived after that."
              + " Default: ${DEFAULT-VALUE}")
  private double maxStop;

  @Option(
      names = "--parent",
      paramLabel = "ID",
      description = "A checkpoint that is there already: begin with what differs from it.")
  private Optional<String> parentId = Optional.empty();

  @Option(
      names = "--compress",
      paramLabel = "HOW",
      description = "none, or zstd, which both sides need. Default: zstd where this side has it.")
  private Optional<Compression> compression = Optional.empty();

  @Option(names = "--json", description = "Report as JSON, when all is done.")
  private boolean json;

  @Override
  public Integer call() {
    require(rounds >= 0, "--rounds can't be less than 0");
    require(last || rounds > 0, "--rounds=0 goes with --final only");
    require(
        maxStop >= LEAST_SECONDS && maxStop <= MOST_SECONDS,
        "--max-stop has to be at least 0.001 and at most " + MOST_SECONDS + " seconds");
    Catalog catalog = program.catalog();
    Optional<Manifest> parent = parentId.map(id -> catalog.find(id).manifest());
    if (last && !options.namesProcesses()) {
      throw unnamed();
    }
    List<Plan> plans = new ArrayList<>(List.of(plan())); // what can't be planned fails at once
    List<ProcessIdentity> named =
        options.namedPids().stream().map(MigrateCommand::identity).toList();
    boolean shared = plans.get(0).backend().isShared();
    if (shared) {
      requireNothingAhead();
    }
    MigrationRequest request =
        new MigrationRequest(
            () -> {
              named.forEach(MigrateCommand::requireAlive);
              Plan plan = plan();
              plans.add(plan);
              return plan;
            },
            command,
            parent,
            shared ? 0 : rounds,
            last ? Optional.of(Duration.ofMillis((long) (maxStop * 1000))) : Optional.empty(),
            compression.orElseGet(Compression::best));
    try (ProgressLine progress = program.progress()) {
      MigrationReport report = new MigrationReport(program, progress, out());
      Optional<Manifest> sent =
          new Migration(catalog, program.backends(), Shutdown.cancellation(), progress, report)
              .run(request);
      sent.ifPresent(report::finished);
    }
    return (CheckpointOptions.hooksFailed(plans) ? ExitStatus.FAILED : ExitStatus.OK).status();
  }

  /** Where JSON goes, if that is wanted. */
  private Optional<PrintWriter> out() {
    return json ? Optional.of(spec.commandLine().getOut()) : Optional.empty();
  }

  private Plan plan() {
    return options.plan(List.of(path), program).get(0);
  }

  private static ProcessIdentity identity(int pid) {
    try {
      return ProcessIdentity.of(pid);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH)) {
        throw new NotFoundException("process " + pid + ": there is none", "see: ps");
      }
      throw e;
    }
  }

  /** In the time that the rounds take, its number may become somebody else's. */
  private static void requireAlive(ProcessIdentity process) {
    if (!process.isAlive()) {
      throw new NotFoundException(
          "process " + process.pid() + ": has ended meanwhile", "name the one that is there now");
    }
  }

  /** Where the other host sees the files, what differs is there as soon as it is written. */
  private void requireNothingAhead() {
    if (!last || parentId.isPresent()) {
      throw new NotSupportedException(
          path + ": a host that mounts this filesystem, too, sees it as it is: no files are sent",
          "to take processes there, give --final, and no --parent");
    }
  }

  /** Nobody is ended whom the user has not named. */
  private ParameterException unnamed() {
    List<Integer> holders = Survey.ofHolders(plan()).processes();
    return new ParameterException(
        spec.commandLine(),
        "--final ends processes: name them by --pid, --cgroup, --unit or --container"
            + (holders.isEmpty()
                ? ""
                : "; what holds something in "
                    + path
                    + " now: "
                    + holders.stream().map(String::valueOf).collect(Collectors.joining(", "))));
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
