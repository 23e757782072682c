package dev.orchestrate.engine.plan;

import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.Target;

/**
 * What a checkpoint is going to do: made before anything is frozen or changed.
 *
 * @param fit what the backend said of the target
 */
public record Plan(
    CheckpointRequest request, Target target, SnapshotBackend backend, Assessment.Fits fit) {}
