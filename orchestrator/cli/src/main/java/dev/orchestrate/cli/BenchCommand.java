package dev.orchestrate.cli;

import dev.orchestrate.cli.bench.Bench;
import dev.orchestrate.cli.bench.Measured;
import dev.orchestrate.cli.bench.Workload;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.hooks.Hooks;
import dev.orchestrate.engine.plan.CheckpointRequest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate bench}. */
@Command(
    name = "bench",
    description = {
      "Measures what a checkpoint of PATH costs here.",
      "",
      "Starts four small processes that hold a hundred files each, more than half of them unlinked, "
          + "in a folder of their own below PATH; takes checkpoints of PATH and these processes, "
          + "each of which is removed at once; and removes the folder. Nobody else is frozen, and no "
          + "hooks are called."
    })
final class BenchCommand implements Callable<Integer> {
  private static final Duration MAX_FROZEN = Duration.ofSeconds(10);
  private static final int MOST_RUNS = 1000;

  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PATH", description = "What checkpoints would be of.")
  private RawPath path;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = CheckpointOptions.BEST,
      description = "As with orchestrate checkpoint. Default: ${DEFAULT-VALUE}")
  private String backend;

  @Option(
      names = "--snapshot-dir",
      paramLabel = "DIR",
      description = "Where snapshots are kept, until they are removed.")
  private Optional<RawPath> snapshotDirectory = Optional.empty();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many checkpoints to take. Default: ${DEFAULT-VALUE}")
  private int runs;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /**
   * What {@code --json} gives.
   *
   * @param runs one for each checkpoint
   */
  record Report(RawPath target, String backend, List<Measured> runs) {}

  @Override
  public Integer call() {
    if (runs < 1 || runs > MOST_RUNS) {
      throw new ParameterException(spec.commandLine(), "--runs has to be from 1 to " + MOST_RUNS);
    }
    Cancellation cancellation = Shutdown.cancellation();
    Catalog catalog = program.catalog();
    Planner planner = new Planner(program.backends());
    planner.plan(request(catalog, new ProcessSelection.Holders())); // before anything is made
    Plan plan;
    List<Measured> measured;
    try (Workload workload = Workload.start(path);
        ProgressLine progress = program.progress()) {
      plan = planner.plan(request(catalog, new ProcessSelection.Pids(workload.pids())));
      measured = new Bench(catalog, cancellation, progress).measure(workload, plan, runs);
    }
    report(plan, measured);
    return ExitStatus.OK.status();
  }

  private CheckpointRequest request(Catalog catalog, ProcessSelection selection) {
    return new CheckpointRequest(
        path,
        CheckpointOptions.chosen(backend),
        selection,
        RelinkTemplate.DEFAULT,
        CheckpointOptions.settings(snapshotDirectory, catalog),
        MAX_FROZEN,
        Label.NONE,
        new Hooks(List.of(), MAX_FROZEN, program::say));
  }

  private void report(Plan plan, List<Measured> measured) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, new Report(plan.target().path(), plan.backend().name(), measured));
      return;
    }
    Measured first = measured.get(0);
    out.println(
        "%s of %s by %s: %d descriptors, %d relinked"
            .formatted(
                Units.count(measured.size(), "checkpoint", "checkpoints"),
                plan.target().path(),
                plan.backend().name(),
                first.descriptors(),
                first.relinked()));
    Table table = new Table(program.screen(), "MS", "MEDIAN", "MIN", "MAX");
    add(table, "frozen, as reported", measured, Measured::frozenMicros);
    add(table, "  of that, the scan", measured, Measured::scanMicros);
    add(table, "longest gap of a process", measured, Measured::gapMicros);
    add(table, "whole checkpoint", measured, Measured::wholeMicros);
    table.print(out);
  }

  private static void add(
      Table table, String what, List<Measured> measured, ToLongFunction<Measured> figure) {
    long[] sorted = measured.stream().mapToLong(figure).sorted().toArray();
    table.add(
        what,
        millis(sorted[(sorted.length - 1) / 2]),
        millis(sorted[0]),
        millis(sorted[sorted.length - 1]));
  }

  private static String millis(long micros) {
    return String.format(Locale.ROOT, "%.1f", micros / 1000.0);
  }
}
