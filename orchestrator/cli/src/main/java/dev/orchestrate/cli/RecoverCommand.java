package dev.orchestrate.cli;

import dev.orchestrate.engine.recovery.Recovery;
import dev.orchestrate.spi.OrchestrateException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate recover}. */
@Command(
    name = "recover",
    description = {
      "Undoes or completes what commands left that were killed.",
      "",
      "Thaws, calls the hooks that are due after a thaw, takes names away from the live tree, removes half-made snapshots and views that "
          + "nobody uses, completes deletions. Commands that are at work are left alone. Can be "
          + "repeated; does nothing if there is nothing to do."
    })
final class RecoverCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Option(
      names = "--no-hooks",
      description = "Call no hooks, where a checkpoint was interrupted before it called them.")
  private boolean noHooks;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives. */
  record Report(List<String> done, List<String> failed) {}

  @Override
  public Integer call() {
    Recovery.Outcome outcome =
        new Recovery(program.catalogToRecover(), program.backends(), !noHooks).recover();
    if (json) {
      List<String> failed =
          outcome.failures().stream().map(OrchestrateException::getMessage).toList();
      Report report = new Report(outcome.done(), failed);
      Json.print(spec.commandLine().getOut(), report);
    } else if (outcome.done().isEmpty() && outcome.failures().isEmpty()) {
      program.report().println("nothing to recover");
    } else {
      outcome.done().forEach(spec.commandLine().getOut()::println);
    }
    return outcome.failures().stream()
        .map(program::fail)
        .reduce(ExitStatus.OK.status(), (first, next) -> first == 0 ? next : first);
  }
}
