package dev.orchestrate.cli;

import dev.orchestrate.cli.config.Configuration;
import dev.orchestrate.cli.config.ConfigurationException;
import dev.orchestrate.cli.config.Setting;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.engine.recovery.Recovery;
import dev.orchestrate.engine.retention.Period;
import dev.orchestrate.engine.retention.Pruning;
import dev.orchestrate.engine.retention.Pruning.Fate;
import dev.orchestrate.engine.retention.RetentionRules;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.OrchestrateException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate prune}. */
@Command(
    name = "prune",
    description = {
      "Deletes old checkpoints, and keeps as many as you say.",
      "",
      "Each --keep option counts for itself, and for each path by itself; what one of them keeps "
          + "is kept, and with one checkpoint of a set all of it. Of each period the newest is kept, in the local time zone (TZ); weeks begin "
          + "on Monday; periods without a checkpoint do not count. What was interrupted, what a "
          + "command is at work on, and what is in use, is left alone."
    })
final class PruneCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "Only checkpoints of this path. Default: of all.")
  private Optional<RawPath> path = Optional.empty();

  @Option(names = "--keep-last", paramLabel = "N", description = "Keep the newest N.")
  private int last;

  @Option(names = "--keep-hourly", paramLabel = "N", description = "Keep one of each of N hours.")
  private int hourly;

  @Option(names = "--keep-daily", paramLabel = "N", description = "Keep one of each of N days.")
  private int daily;

  @Option(names = "--keep-weekly", paramLabel = "N", description = "Keep one of each of N weeks.")
  private int weekly;

  @Option(names = "--keep-monthly", paramLabel = "N", description = "Keep one of each of N months.")
  private int monthly;

  @Option(names = "--keep-yearly", paramLabel = "N", description = "Keep one of each of N years.")
  private int yearly;

  @Option(
      names = "--keep-tag",
      paramLabel = "NAME",
      description = "Keep all with this tag; may be repeated.")
  private List<String> tags = List.of();

  @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives. */
  record Report(boolean dryRun, List<Entry> checkpoints) {}

  /**
   * One of them.
   *
   * @param state {@code kept}, {@code deleted}, {@code failed}, or {@code to be deleted}
   * @param reasons why it is kept, or could not be deleted
   */
  record Entry(
      String id,
      Optional<String> set,
      RawPath target,
      Instant created,
      String state,
      List<String> reasons) {}

  @Override
  public Integer call() {
    RetentionRules rules = rules();
    List<Fate> fates = new Pruning(program.catalog(), rules, ZoneId.systemDefault()).fates(path);
    path.ifPresent(one -> requireSameRules(one, fates));
    PrintWriter out = dryRun || json ? spec.commandLine().getOut() : program.report();
    if (!json) {
      print(fates, out);
    }
    Recovery recovery = new Recovery(program.catalog(), program.backends());
    List<Fate> oldestFirst = new ArrayList<>(fates);
    Collections.reverse(oldestFirst);
    Map<StoredCheckpoint, OrchestrateException> failures = new HashMap<>();
    int status = ExitStatus.OK.status();
    for (List<StoredCheckpoint> together : toDelete(dryRun ? List.of() : oldestFirst)) {
      Optional<OrchestrateException> failure = delete(together, recovery, out);
      if (failure.isPresent()) {
        together.forEach(one -> failures.put(one, failure.get()));
        int ofThis = program.fail(failure.get());
        status = status == ExitStatus.OK.status() ? ofThis : status;
      }
    }
    List<Entry> entries =
        fates.stream()
            .map(fate -> entry(fate, Optional.ofNullable(failures.get(fate.checkpoint()))))
            .toList();
    if (json) {
      Json.print(out, new Report(dryRun, entries));
    } else if (dryRun) {
      out.println("nothing was done");
    }
    return status;
  }

  /** A set may have checkpoints of other paths, which the configuration wants to be kept longer. */
  private void requireSameRules(RawPath path, List<Fate> fates) {
    try {
      Collection<Setting> ofPath = program.configuration().retention(path);
      fates.stream()
          .filter(fate -> !fate.isKept())
          .map(Fate::target)
          .distinct()
          .filter(target -> !target.equals(path.toAbsolute()))
          .forEach(
              target ->
                  Configuration.requireSame(ofPath, program.configuration().retention(target)));
    } catch (ConfigurationException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** What is not kept, all of a set together. */
  private static Collection<List<StoredCheckpoint>> toDelete(List<Fate> fates) {
    return fates.stream()
        .filter(fate -> !fate.isKept())
        .map(Fate::checkpoint)
        .collect(
            Collectors.groupingBy(
                one -> one.set().<Object>map(Function.identity()).orElse(one.id()),
                LinkedHashMap::new,
                Collectors.toList()))
        .values();
  }

  private Optional<OrchestrateException> delete(
      List<StoredCheckpoint> together, Recovery recovery, PrintWriter out) {
    try {
      program.showing("delete " + together.get(0).id(), () -> recovery.delete(together));
      if (!json) {
        together.forEach(one -> out.println("deleted " + one.id()));
      }
      return Optional.empty();
    } catch (OrchestrateException e) {
      return Optional.of(e);
    } catch (SystemCallException e) {
      return Optional.of(Failures.of(e, "deleting checkpoint " + together.get(0).id(), ""));
    }
  }

  private Entry entry(Fate fate, Optional<OrchestrateException> failure) {
    String state;
    if (fate.isKept()) {
      state = "kept";
    } else if (failure.isPresent()) {
      state = "failed";
    } else {
      state = dryRun ? "to be deleted" : "deleted";
    }
    return new Entry(
        fate.checkpoint().id(),
        fate.checkpoint().set().map(SnapshotSet::id),
        fate.target(),
        fate.checkpoint().created(),
        state,
        failure.map(one -> List.of(one.getMessage())).orElse(fate.reasons()));
  }

  private void print(List<Fate> fates, PrintWriter out) {
    if (fates.isEmpty()) {
      out.println("no checkpoints in " + program.catalog().stateDirectory());
      return;
    }
    Table table = new Table(program.screen(), "ID", "CREATED", "TARGET", "KEPT AS");
    for (Fate fate : fates) {
      table.add(
          fate.checkpoint().id(),
          Units.time(fate.checkpoint().created()),
          fate.target().toString(),
          fate.isKept()
              ? String.join(", ", fate.reasons())
              : dryRun ? "- (would be deleted)" : "- (to be deleted)");
    }
    table.print(out);
  }

  private RetentionRules rules() {
    Map<Period, Integer> periods =
        Map.of(
            Period.HOURLY, hourly,
            Period.DAILY, daily,
            Period.WEEKLY, weekly,
            Period.MONTHLY, monthly,
            Period.YEARLY, yearly);
    try {
      RetentionRules rules = new RetentionRules(last, periods, Set.copyOf(tags));
      if (rules.keepNothing()) {
        throw new ParameterException(
            spec.commandLine(), "say what to keep: --keep-last N, --keep-daily N, --keep-tag NAME");
      }
      return rules;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
