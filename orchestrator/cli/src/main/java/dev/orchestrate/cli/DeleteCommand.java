package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    chosen.forEach(checkpoint -> requireUnused(catalog, checkpoint));
    for (StoredCheckpoint checkpoint : chosen) {
      checkpoint
          .snapshotReference()
          .ifPresent(reference -> program.backends().byName(reference.backend()).delete(reference));
      catalog.views().stream()
          .filter(view -> view.checkpoint().equals(checkpoint.id()))
          .forEach(catalog::removeView);
      catalog.remove(checkpoint.id());
      spec.commandLine().getOut().println("deleted " + checkpoint.id());
    }
    return ExitStatus.OK.status();
  }

  private static void requireUnused(Catalog catalog, StoredCheckpoint checkpoint) {
    Optional<RawPath> mounted =
        catalog.views().stream()
            .filter(view -> view.checkpoint().equals(checkpoint.id()))
            .flatMap(view -> view.mountPoint().stream())
            .findFirst();
    mounted
        .map(RawPath::toString)
        .ifPresent(
            place -> {
              throw new ConflictException(
                  "checkpoint " + checkpoint.id() + ": is mounted at " + place,
                  "first: orchestrate umount " + place);
            });
  }
}
