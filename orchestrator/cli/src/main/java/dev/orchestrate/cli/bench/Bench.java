package dev.orchestrate.cli.bench;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.CheckpointProgress;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.TemporarySet;
import dev.orchestrate.engine.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** Makes checkpoints of a workload, removes each at once, and measures them. */
public final class Bench {
  private final Catalog catalog;
  private final Cancellation cancellation;
  private final CheckpointProgress progress;

  public Bench(Catalog catalog, Cancellation cancellation, CheckpointProgress progress) {
    this.catalog = catalog;
    this.cancellation = cancellation;
    this.progress = progress;
  }

  /**
   * @param plan of a checkpoint of the workload's processes
   * @param runs how many to make
   */
  public List<Measured> measure(Workload workload, Plan plan, int runs) {
    List<Measured> measured = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      cancellation.check();
      measured.add(once(workload, plan));
    }
    return measured;
  }

  private Measured once(Workload workload, Plan plan) {
    Checkpointer checkpointer = new Checkpointer(catalog, cancellation, progress);
    long begin = System.nanoTime();
    try (TemporarySet made = checkpointer.checkpointTemporarily(List.of(plan))) {
      long whole = (System.nanoTime() - begin) / 1000;
      long gap = workload.longestGapSince(begin);
      return Measured.of(made.manifests().get(0), checkpointer.timeline(), gap, whole);
    }
  }
}
