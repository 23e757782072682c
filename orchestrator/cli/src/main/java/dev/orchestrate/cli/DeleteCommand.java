package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.recovery.Recovery;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.SnapshotReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate delete}. */
@Command(name = "delete", description = "Removes checkpoints with their snapshots, for good.")
final class DeleteCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

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

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /**
   * What {@code --json} gives for each.
   *
   * @param state {@code deleted} or {@code forgotten}
   * @param reason why it was only forgotten
   */
  record Entry(String id, String state, Optional<String> reason) {}

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    List<List<StoredCheckpoint>> chosen = ids.stream().map(catalog::findAll).distinct().toList();
    Recovery recovery = new Recovery(catalog, program.backends());
    List<Entry> done = new ArrayList<>();
    try {
      chosen.forEach(together -> delete(together, recovery, done));
    } finally { // one that can't be deleted ends this, and those before it are gone
      if (json) {
        Json.print(spec.commandLine().getOut(), done);
      }
    }
    return ExitStatus.OK.status();
  }

  private void delete(List<StoredCheckpoint> together, Recovery recovery, List<Entry> done) {
    if (force) {
      together.forEach(checkpoint -> forget(checkpoint, recovery, done));
    } else {
      program.showing("delete " + together.get(0).id(), () -> recovery.delete(together));
      together.forEach(checkpoint -> gone(checkpoint, Optional.empty(), done));
      together.stream().filter(DeleteCommand::isBorrowed).forEach(this::remark);
    }
  }

  private void gone(StoredCheckpoint checkpoint, Optional<String> left, List<Entry> done) {
    done.add(new Entry(checkpoint.id(), left.isPresent() ? "forgotten" : "deleted", left));
    if (!json) {
      program.report().println((left.isPresent() ? "forgot " : "deleted ") + checkpoint.id());
    }
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

  private void forget(StoredCheckpoint checkpoint, Recovery recovery, List<Entry> done) {
    Optional<OrchestrateException> left = recovery.forget(checkpoint);
    gone(checkpoint, left.map(OrchestrateException::getMessage), done);
    left.ifPresent(
        failure ->
            program.say(
                "checkpoint "
                    + checkpoint.id()
                    + ": its snapshot may still be stored: "
                    + failure.getMessage()));
  }
}
