package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.spi.Progress;
import java.util.List;

/** Is told how a checkpoint comes on, but never while processes stand still. */
public interface CheckpointProgress extends Progress {

  /**
   * Everybody runs again. What is left to do does not concern the processes.
   *
   * @param manifests of all checkpoints of the set
   */
  void thawed(List<Manifest> manifests);
}
