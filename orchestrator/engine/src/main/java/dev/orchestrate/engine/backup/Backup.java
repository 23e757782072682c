package dev.orchestrate.engine.backup;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.CheckpointProgress;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.TemporarySet;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.restart.RestartRequest;
import dev.orchestrate.engine.restart.Restarter;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.SystemFailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Backs up by a program of the user's: checkpoint, have views read, throw all away. */
public final class Backup {
  private final Catalog catalog;
  private final Cancellation cancellation;
  private final CheckpointProgress progress;
  private final Restarter restarter;
  private final Consumer<List<Manifest>> made;
  private OptionalInt ended = OptionalInt.empty();

  /**
   * For one backup.
   *
   * @param cancellation heard until the command starts
   * @param progress of the checkpoint
   * @param made told of the checkpoint, or of all of the set, when there is one
   */
  public Backup(
      Catalog catalog,
      Cancellation cancellation,
      CheckpointProgress progress,
      Restarter restarter,
      Consumer<List<Manifest>> made) {
    this.catalog = catalog;
    this.cancellation = cancellation;
    this.progress = progress;
    this.restarter = restarter;
    this.made = made;
  }

  /**
   * Runs the command and waits for it.
   *
   * @param plans of one checkpoint, or of a set, of which the command reads all views
   * @param keep whether that stays, however the command ends
   * @return the exit status of the command
   * @throws SystemFailureException if the command has ended, and something can't be thrown away
   */
  public int run(List<Plan> plans, RestartRequest request, boolean keep) {
    List<RawPath> paths = plans.stream().map(plan -> plan.target().path()).toList();
    paths.forEach(path -> Restarter.requirePlace(request.at().orElse(path)));
    try {
      if (keep) {
        read(plans, checkpointer().checkpoint(plans), request);
      } else {
        checkpointAndRead(plans, request);
      }
    } catch (OrchestrateException e) {
      requireNothingLeft(e);
    } catch (SystemCallException e) {
      String all = paths.stream().map(RawPath::toString).collect(Collectors.joining(", "));
      requireNothingLeft(Failures.of(e, "backing up " + all, "CAP_SYS_ADMIN"));
    }
    return ended.orElseThrow();
  }

  private Checkpointer checkpointer() {
    return new Checkpointer(catalog, cancellation, progress);
  }

  private void checkpointAndRead(List<Plan> plans, RestartRequest request) {
    try (TemporarySet set = checkpointer().checkpointTemporarily(plans)) {
      read(plans, set.manifests(), request);
    }
  }

  private void read(List<Plan> plans, List<Manifest> manifests, RestartRequest request) {
    made.accept(manifests);
    cancellation.check();
    List<Restarter.Stored> stored = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      stored.add(new Restarter.Stored(manifests.get(i), plans.get(i).backend()));
    }
    // the status counts even if a view can't be thrown away
    restarter.restart(stored, request, status -> ended = OptionalInt.of(status));
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
