package dev.orchestrate.engine.plan;

import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.Target;
import java.util.List;

/**
 * What a checkpoint is going to do: made before anything is frozen or changed.
 *
 * @param fit what the backend said of the target
 * @param alternatives the names of the other backends that were asked and fit too
 */
public record Plan(
    CheckpointRequest request,
    Target target,
    SnapshotBackend backend,
    Assessment.Fits fit,
    List<String> alternatives) {

  /** The same by another instance of the backend. */
  Plan by(SnapshotBackend instance) {
    return new Plan(request, target, instance, fit, alternatives);
  }
}
