package dev.orchestrate.engine.backup;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.TemporaryCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.restart.RestartRequest;
import dev.orchestrate.engine.restart.Restarter;
import dev.orchestrate.engine.view.DisposableView;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.SystemFailureException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Backs up by a program of the user's: checkpoint, have a view read, throw both away. */
public final class Backup {
  private final Catalog catalog;
  private final Cancellation cancellation;
  private final Progress progress;
  private final Restarter restarter;
  private final Consumer<Manifest> made;
  private OptionalInt ended = OptionalInt.empty();

  /**
   * For one backup.
   *
   * @param cancellation heard until the command starts
   * @param progress of the checkpoint
   * @param made told of the checkpoint when there is one
   */
  public Backup(
      Catalog catalog,
      Cancellation cancellation,
      Progress progress,
      Restarter restarter,
      Consumer<Manifest> made) {
    this.catalog = catalog;
    this.cancellation = cancellation;
    this.progress = progress;
    this.restarter = restarter;
    this.made = made;
  }

  /**
   * Runs the command and waits for it.
   *
   * @param keepCheckpoint whether that stays, however the command ends
   * @return the exit status of the command
   * @throws SystemFailureException if the command has ended, and something can't be thrown away
   */
  public int run(Plan plan, RestartRequest request, boolean keepCheckpoint) {
    Restarter.requirePlace(request.at().orElse(plan.target().path()));
    try {
      checkpointAndRead(plan, request, keepCheckpoint);
    } catch (OrchestrateException e) {
      requireNothingLeft(e);
    } catch (SystemCallException e) {
      requireNothingLeft(Failures.of(e, "backing up " + plan.target().path(), "CAP_SYS_ADMIN"));
    }
    return ended.orElseThrow();
  }

  private void checkpointAndRead(Plan plan, RestartRequest request, boolean keepCheckpoint) {
    try (TemporaryCheckpoint checkpoint =
        new Checkpointer(catalog, cancellation, progress).checkpointTemporarily(plan)) {
      if (keepCheckpoint) {
        checkpoint.keep();
      }
      Manifest manifest = checkpoint.manifest();
      made.accept(manifest);
      cancellation.check();
      try (DisposableView view =
          new DisposableView(
              catalog, plan.backend(), manifest.snapshotReference(), Optional.empty())) {
        ended = OptionalInt.of(restarter.restartIn(view, manifest, request));
      }
    }
  }

  /** What the command has done counts, but what it leaves behind has to be known too. */
  private void requireNothingLeft(OrchestrateException failure) {
    if (ended.isEmpty()) {
      throw failure;
    }
    SystemFailureException left =
        new SystemFailureException(
            "the command ended with status "
                + ended.getAsInt()
                + ", but its view or checkpoint could not be removed: "
                + failure.getMessage(),
            "remove what is left: orchestrate recover",
            failure);
    for (Throwable besides : failure.getSuppressed()) {
      left.addSuppressed(besides);
    }
    throw left;
  }
}
