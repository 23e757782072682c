package dev.orchestrate.cli;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.engine.restart.PathMap;
import dev.orchestrate.engine.restart.RestartPlan;
import dev.orchestrate.engine.restart.RestartPlanner;
import dev.orchestrate.engine.restart.RestartRequest;
import dev.orchestrate.engine.restart.Restarter;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotFoundException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate restart}. */
@Command(
    name = "restart",
    description = {
      "Starts a command with the recorded descriptors and a view of the checkpoint.",
      "",
      "The command finds the descriptors open, at their numbers, and the view "
          + "in place of the original path. Nobody else sees the view; it goes when the "
          + "command ends. The checkpoint stays as it is, so this can be repeated. By the id of a set "
          + "it finds the views and the descriptors of all its checkpoints.",
      "",
      "The exit status is the command's; 127 if there is no such command, 126 if it can't be "
          + "executed. Files that were only mapped are handed over as further descriptors, listed in "
          + "ORCHESTRATE_MAPPED as NUMBER=START-END:OFFSET:PROTECTION."
    })
final class RestartCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The id of a checkpoint or of a set, or the beginning of it.")
  private String id;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments, behind --.")
  private List<String> command = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "DIR",
      description = "Show the view there. Default: where the tree was.")
  private Optional<RawPath> at = Optional.empty();

  @Option(
      names = "--mount-namespace",
      paramLabel = "FILE",
      description =
          "Start the command in a copy of that mount namespace, such as /proc/PID/ns/mnt, and show"
              + " the view there.")
  private Optional<RawPath> mountNamespace = Optional.empty();

  @Option(
      names = "--process",
      paramLabel = "PID",
      description = "Hand over this process's descriptors only.")
  private Optional<Integer> process = Optional.empty();

  @Option(names = "--all", description = "Relaunch every recorded process by its own command line.")
  private boolean all;

  @Option(
      names = "--listen-fds",
      description = "Number the descriptors from 3 on and set LISTEN_FDS, LISTEN_FDNAMES.")
  private boolean listenFds;

  @Option(names = "--keep", description = "Keep the view when the command has ended.")
  private boolean keep;

  @Option(
      names = "--map",
      paramLabel = "OLD=NEW",
      description =
          "With --all: what was at OLD, outside of the tree, or below, is at NEW on this host: "
              + "executables and working directories. May be repeated; the longest OLD goes first.")
  private List<PathMap.Entry> map = new ArrayList<>();

  @Option(
      names = "--dry-run",
      description =
          "Say what would be opened where, and what of it is missing (then the exit status is 3); "
              + "start nothing.")
  private boolean dryRun;

  @Option(
      names = "--json",
      description = "With --dry-run, report as JSON; without, standard output is the command's.")
  private boolean json;

  /** What {@code --dry-run --json} gives. */
  record DryRun(String id, RawPath place, List<RestartPlan.Item> items) {}

  @Override
  public Integer call() {
    if (json && !dryRun) {
      throw new ParameterException(
          spec.commandLine(),
          "--json goes with --dry-run: without, standard output is the command's");
    }
    if (mountNamespace.isPresent()) {
      requireThere(!dryRun, "--dry-run looks at this host, so it goes without --mount-namespace");
      requireThere(
          at.map(RawPath::isAbsolute).orElse(true),
          "with --mount-namespace, --at has to begin with /: where you are is not there");
    }
    RestartRequest request = new RestartRequest(at, keep, mountNamespace, chosen());
    Catalog catalog = program.catalog();
    if (dryRun) {
      return plan(new PathMap(map).in(List.of(catalog.find(id).manifest())).get(0), request);
    }
    List<Manifest> manifests = new PathMap(map).in(manifests(catalog.findAll(id)));
    if (manifests.size() > 1 && at.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--at goes with one checkpoint: name one of the set");
    }
    Backends backends = program.backends();
    List<Restarter.Stored> stored =
        manifests.stream()
            .map(one -> new Restarter.Stored(one, backends.byName(one.backend())))
            .toList();
    AtomicInteger status = new AtomicInteger();
    new Restarter(catalog, program::say, SignalForwarding.install()::to)
        .restart(stored, request, status::set);
    return status.get();
  }

  private void requireThere(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  /** Of a set all or none: a program would mix its files with those of the live tree. */
  private List<Manifest> manifests(List<StoredCheckpoint> found) {
    Optional<SnapshotSet> set = found.get(0).set().filter(one -> !found.get(0).id().startsWith(id));
    if (set.isPresent() && found.size() < set.get().members().size()) {
      throw new NotFoundException(
          "set " + set.get().id() + ": one of its checkpoints was deleted",
          "restart by itself what is left: "
              + found.stream().map(StoredCheckpoint::id).collect(Collectors.joining(", ")));
    }
    return found.stream().map(StoredCheckpoint::manifest).toList();
  }

  private int plan(Manifest manifest, RestartRequest request) {
    RestartPlan plan =
        new RestartPlanner(program.catalog())
            .plan(manifest, program.backends().byName(manifest.backend()), request);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, new DryRun(manifest.id(), plan.place(), plan.items()));
    } else {
      print(manifest, plan, out);
    }
    plan.problems()
        .forEach(
            item -> program.say(item.holds() + " " + item.path() + ": " + item.problem().get()));
    return plan.problems().isEmpty() ? ExitStatus.OK.status() : ExitStatus.NOT_FOUND.status();
  }

  private void print(Manifest manifest, RestartPlan plan, PrintWriter out) {
    out.println("would restart checkpoint " + manifest.id() + " at " + plan.place());
    Table table = new Table(program.screen(), "PROGRAM", "HOLDS", "PATH", "OPENED AS", "PROBLEM");
    for (RestartPlan.Item item : plan.items()) {
      table.add(
          RawPath.printable(item.program()),
          item.holds(),
          item.path().toString(),
          item.opened().map(RawPath::toString).orElse(""),
          item.problem().orElse(""));
    }
    table.print(out);
    out.println("nothing was done");
  }

  private RestartRequest.Program chosen() {
    if (!all && !map.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--map goes with --all: a command starts where you are");
    }
    if (all) {
      if (!command.isEmpty() || process.isPresent() || listenFds || mountNamespace.isPresent()) {
        throw new ParameterException(
            spec.commandLine(),
            "--all goes without a command, --process, --listen-fds and --mount-namespace");
      }
      return new RestartRequest.AllProcesses();
    }
    if (command.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "give a command behind --, or --all for the recorded ones");
    }
    return new RestartRequest.Command(command, process, listenFds);
  }
}
