package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.checkpoint.Survey;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.engine.plan.Advantage;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.verify.Verification;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code orchestrate checkpoint} tells, for people or as JSON. */
record CheckpointReport(PrintWriter out, PrintWriter err, boolean json, boolean verbose) {

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
      List<String> tags,
      String note,
      List<String> warnings) {}

  void made(Plan plan, Manifest manifest) {
    if (json) {
      Json.print(
          out,
          new Report(
              manifest.id(),
              manifest.backend(),
              manifest.created(),
              manifest.target().path(),
              manifest.frozenMicros(),
              manifest.snapshot(),
              manifest.processes().stream().map(ProcessRecord::pid).toList(),
              manifest.relinks(),
              plan.request().label().tags(),
              plan.request().label().note(),
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
    printChoice(plan);
    out.println("  frozen    " + frozen(manifest));
    out.println("  relinked  " + relinked(manifest.relinks()));
    if (verbose) {
      manifest.freezing().forEach(line -> out.println("  froze     " + line));
      manifest.relinks().forEach(relink -> out.println("  " + describe(relink)));
    }
    out.println("  restart   orchestrate restart " + manifest.id() + " -- COMMAND");
  }

  /** Checksums of what was stored were recorded. */
  void recorded(Verification made) {
    if (!json) {
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

  void planned(Plan plan, Survey survey) {
    List<String> volumes =
        plan.fit().volumes().stream().map(volume -> volume.path().toString()).toList();
    if (json) {
      Json.print(
          out,
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
    warn(survey.warnings());
    out.println("would checkpoint " + plan.target().path() + " by " + plan.backend().name());
    printChoice(plan);
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
    warnings.forEach(warning -> err.println("orchestrate: warning: " + warning));
  }
}
