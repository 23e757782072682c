package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.recovery.Recovery;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.SnapshotReference;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code orchestrate delete}. */
@Command(name = "delete", description = "Removes checkpoints with their snapshots, for good.")
final class DeleteCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;

  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "The id of a checkpoint or of a set, or the beginning of it.")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = "--force",
      description =
          "Forget a checkpoint even if its snapshot can't be found or reached, because its disk is "
              + "gone, say. Says what may be left.")
  private boolean force;

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    List<List<StoredCheckpoint>> chosen = ids.stream().map(catalog::findAll).distinct().toList();
    Recovery recovery = new Recovery(catalog, program.backends());
    PrintWriter out = program.report();
    for (List<StoredCheckpoint> together : chosen) {
      if (force) {
        together.forEach(checkpoint -> forget(checkpoint, recovery, out));
      } else {
        program.showing("delete " + together.get(0).id(), () -> recovery.delete(together));
        together.forEach(checkpoint -> out.println("deleted " + checkpoint.id()));
        together.stream().filter(DeleteCommand::isBorrowed).forEach(this::remark);
      }
    }
    return ExitStatus.OK.status();
  }

  private static boolean isBorrowed(StoredCheckpoint checkpoint) {
    return checkpoint.snapshotReference().filter(SnapshotReference::isBorrowed).isPresent();
  }

  private void remark(StoredCheckpoint borrowed) {
    program.remark(
        "checkpoint "
            + borrowed.id()
            + ": what it referred to stays, on the host where it was taken");
  }

  private void forget(StoredCheckpoint checkpoint, Recovery recovery, PrintWriter out) {
    Optional<OrchestrateException> left = recovery.forget(checkpoint);
    out.println((left.isPresent() ? "forgot " : "deleted ") + checkpoint.id());
    left.ifPresent(
        failure ->
            program.say(
                "checkpoint "
                    + checkpoint.id()
                    + ": its snapshot may still be stored: "
                    + failure.getMessage()));
  }
}
