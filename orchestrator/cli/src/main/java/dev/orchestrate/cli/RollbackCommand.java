package dev.orchestrate.cli;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.Survey;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.rollback.Rollback;
import dev.orchestrate.engine.rollback.RoomToChange;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate rollback}. */
@Command(
    name = "rollback",
    description = {
      "Makes the live tree again as a checkpoint has it.",
      "",
      "Takes a checkpoint of the tree as it is first, which undoes this: roll back to that. Only "
          + "what differs is changed; see orchestrate diff ID. Refused while processes hold "
          + "something there, or something is mounted there. If it is interrupted, the same "
          + "command again completes it."
    })
final class RollbackCommand implements Callable<Integer> {

  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Mixin private CheckpointOptions options;

  @Option(
      names = "--force",
      description =
          "Even if processes hold something there: they go on with the files that they have open, "
              + "whose names may lead to others then.")
  private boolean force;

  @Option(names = "--dry-run", description = "Say what is in the way, and do nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives; {@code before} is empty if nothing was done. */
  record Report(String id, RawPath target, long changes, Optional<String> before) {}

  @Override
  public Integer call() {
    if (options.namesForeignPaths()) {
      throw new ParameterException(
          spec.commandLine(), "--mount-namespace goes with a PATH: a rollback is where it was");
    }
    Catalog catalog = program.catalog();
    Backends backends = program.backends();
    Manifest checkpoint = catalog.find(id).manifest();
    Rollback rollback = new Rollback(catalog, backends);
    Cancellation cancellation = Shutdown.cancellation();
    Rollback.Preparation prepared = rollback.prepare(checkpoint, cancellation);
    long changes = prepared.changes();
    if (changes == 0) {
      report(new Report(checkpoint.id(), checkpoint.target().path(), 0, Optional.empty()));
      return ExitStatus.OK.status();
    }
    Plan plan = options.planBefore(checkpoint, program);
    RoomToChange room = rollback.requireLasting(checkpoint, prepared, plan);
    requireNobody(plan);
    if (dryRun) {
      report(new Report(checkpoint.id(), checkpoint.target().path(), changes, Optional.empty()));
      return ExitStatus.OK.status();
    }
    Instant begun = force ? Instant.MAX : Instant.now();
    String before = checkpointBefore(catalog, plan, cancellation);
    program.remark(
        "checkpoint "
            + before
            + " has the tree as it was; to undo: orchestrate rollback "
            + before);
    Rollback.Before as = new Rollback.Before(before, begun);
    program.showing("roll back", () -> rollback.run(checkpoint, prepared, room, as, cancellation));
    report(new Report(checkpoint.id(), checkpoint.target().path(), changes, Optional.of(before)));
    return ExitStatus.OK.status();
  }

  private void requireNobody(Plan plan) {
    Survey survey = Survey.ofHolders(plan);
    survey.warnings().forEach(program::warn);
    List<Integer> holders = survey.processes();
    if (holders.isEmpty() || force) {
      return;
    }
    throw new ConflictException(
        plan.target().path() + ": processes hold files there: " + ProcessNames.running(holders),
        "end them first; with --force they go on with the old files");
  }

  private String checkpointBefore(Catalog catalog, Plan plan, Cancellation cancellation) {
    try (ProgressLine progress = program.progress()) {
      return new Checkpointer(catalog, cancellation, progress)
          .checkpoint(List.of(plan))
          .get(0)
          .id();
    }
  }

  private void report(Report report) {
    if (json) {
      Json.print(spec.commandLine().getOut(), report);
    } else if (dryRun) {
      spec.commandLine().getOut().println(sentence(report));
    } else {
      report.before().ifPresent(program::made);
      program.report().println(sentence(report));
    }
  }

  private static String sentence(Report report) {
    if (report.changes() == 0) {
      return report.target() + " is as checkpoint " + report.id() + " has it; nothing was done";
    }
    String names = Units.count(report.changes(), "name", "names");
    return report.before().isEmpty()
        ? report.target()
            + " can be rolled back to checkpoint "
            + report.id()
            + ": "
            + names
            + " to change; see: orchestrate diff "
            + report.id()
        : "rolled back "
            + report.target()
            + " to checkpoint "
            + report.id()
            + ": "
            + names
            + " changed";
  }
}
