package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.checkpoint.Survey;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.engine.plan.Advantage;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.verify.Verification;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code orchestrate checkpoint} tells, for people or as JSON. */
record CheckpointReport(
    OrchestrateCommand program, PrintWriter out, PrintWriter err, boolean json) {
  private static final String NOBODY = "nobody, as no process holds anything there";

  /** When each step began and how long it took, in milliseconds. */
  void steps(Timeline timeline) {
    err.printf("%10s %10s  %s%n", "START ms", "TOOK ms", "STEP");
    for (Timeline.Step step : timeline.steps()) {
      err.printf(
          Locale.ROOT,
          "%10.1f %10.1f  %s%s%n",
          step.startMicros() / 1000.0,
          step.micros() / 1000.0,
          step.name(),
          step.frozen() ? "  (frozen)" : "");
    }
  }

  /** What {@code --json} gives for a checkpoint, made here or come from elsewhere. */
  record Report(
      String id,
      String backend,
      Instant created,
      RawPath target,
      long frozenMicros,
      Map<String, RawPath> snapshot,
      List<Integer> processes,
      List<Relink> relinks,
      List<String> tags,
      String note,
      List<String> warnings) {

    static Report of(Manifest manifest, Label label) {
      return new Report(
          manifest.id(),
          manifest.backend(),
          manifest.created(),
          manifest.target().path(),
          manifest.frozenMicros(),
          manifest.snapshot(),
          manifest.processes().stream().map(ProcessRecord::pid).toList(),
          manifest.relinks(),
          label.tags(),
          label.note(),
          manifest.warnings());
    }
  }

  /** What {@code --json} gives for a set. */
  record SetReport(String id, long frozenMicros, List<Report> members) {}

  /** One checkpoint was made, or a set of them. */
  void made(List<Plan> plans, List<Manifest> manifests) {
    Manifest first = manifests.get(0);
    if (json) {
      List<Report> reports = new ArrayList<>();
      for (int i = 0; i < plans.size(); i++) {
        reports.add(Report.of(manifests.get(i), plans.get(i).request().label()));
      }
      Json.print(
          out,
          first.set().isPresent()
              ? new SetReport(first.set().get().id(), first.frozenMicros(), reports)
              : reports.get(0));
      return;
    }
    warn(manifests.stream().flatMap(one -> one.warnings().stream()).distinct().toList());
    Optional<SnapshotSet> set = first.set();
    if (program.quiet()) {
      out.println(set.map(SnapshotSet::id).orElse(first.id()));
      return;
    }
    if (set.isPresent()) {
      out.println("set " + set.get().id() + " of " + plans.size() + " checkpoints");
      printFrozen(manifests);
      printRestart(set.get().id());
    }
    for (int i = 0; i < plans.size(); i++) {
      printHeading(plans.get(i), manifests.get(i));
      if (set.isEmpty()) {
        printFrozen(manifests);
      }
      printRelinked(manifests.get(i));
    }
    if (set.isEmpty()) {
      printRestart(first.id());
    }
  }

  private void printHeading(Plan plan, Manifest manifest) {
    out.println(
        "checkpoint "
            + manifest.id()
            + " of "
            + manifest.target().path()
            + " by "
            + manifest.backend());
    printChoice(plan);
  }

  private void printFrozen(List<Manifest> manifests) {
    out.println("  frozen    " + frozen(manifests));
    if (program.verbose()) {
      manifests.get(0).freezing().forEach(line -> out.println("  froze     " + line));
    }
  }

  private void printRelinked(Manifest manifest) {
    out.println("  relinked  " + relinked(manifest.relinks()));
    if (program.verbose()) {
      manifest.relinks().forEach(relink -> out.println("  " + describe(relink)));
    }
  }

  private void printRestart(String id) {
    out.println("  restart   orchestrate restart " + id + " -- COMMAND");
  }

  /** Checksums of what was stored were recorded. */
  void recorded(Verification made) {
    if (!json && !program.quiet()) {
      out.println("  checksum  " + made.checksum() + " of " + VerifyCommand.amount(made));
    }
  }

  /** Why this backend, if the user left the choice to the program. */
  private void printChoice(Plan plan) {
    if (plan.request().backend().isEmpty()) {
      out.println(
          "  chosen    as "
              + (plan.alternatives().isEmpty()
                  ? "no other backend fits"
                  : Advantage.of(plan.fit()).clause()
                      + "; fit too: "
                      + String.join(", ", plan.alternatives())));
    }
  }

  private static String frozen(List<Manifest> manifests) {
    String names = ProcessNames.recorded(manifests);
    return names.isEmpty() ? NOBODY : Units.millis(manifests.get(0).frozenMicros()) + ": " + names;
  }

  private static String frozen(Survey survey) {
    String names = ProcessNames.running(survey.processes());
    return names.isEmpty() ? NOBODY : names;
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

  /** What {@code --dry-run --json} gives: a list of these for a set. */
  record DryRun(
      RawPath target,
      String backend,
      List<String> volumes,
      List<String> notes,
      List<Integer> processes,
      List<Survey.Unlinked> unlinked,
      List<String> warnings) {

    static DryRun of(Plan plan, Survey survey) {
      return new DryRun(
          plan.target().path(),
          plan.backend().name(),
          CheckpointReport.volumes(plan),
          plan.fit().notes(),
          survey.processes(),
          survey.unlinked(),
          survey.warnings());
    }
  }

  void planned(List<Plan> plans, List<Survey> surveys) {
    if (json) {
      List<DryRun> runs = new ArrayList<>();
      for (int i = 0; i < plans.size(); i++) {
        runs.add(DryRun.of(plans.get(i), surveys.get(i)));
      }
      Json.print(out, runs.size() == 1 ? runs.get(0) : runs);
      return;
    }
    for (int i = 0; i < plans.size(); i++) {
      planned(plans.get(i), surveys.get(i));
    }
    out.println("nothing was done");
  }

  private void planned(Plan plan, Survey survey) {
    List<String> volumes = volumes(plan);
    warn(survey.warnings());
    out.println("would checkpoint " + plan.target().path() + " by " + plan.backend().name());
    printChoice(plan);
    plan.fit().notes().forEach(note -> out.println("  note      " + note));
    out.println("  freeze    " + frozen(survey));
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
  }

  private static List<String> volumes(Plan plan) {
    return plan.fit().volumes().stream().map(volume -> volume.path().toString()).toList();
  }

  private void warn(List<String> warnings) {
    warnings.forEach(program::warn);
  }
}
