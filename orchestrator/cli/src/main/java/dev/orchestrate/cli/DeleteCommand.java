package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.recovery.Recovery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate delete}. */
@Command(name = "delete", description = "Removes checkpoints with their snapshots, for good.")
final class DeleteCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "ID", description = "The id, or the beginning of it.")
  private List<String> ids = new ArrayList<>();

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    List<StoredCheckpoint> chosen = ids.stream().map(catalog::find).distinct().toList();
    Recovery recovery = new Recovery(catalog, program.backends());
    for (StoredCheckpoint checkpoint : chosen) {
      recovery.delete(checkpoint);
      spec.commandLine().getOut().println("deleted " + checkpoint.id());
    }
    return ExitStatus.OK.status();
  }
}
