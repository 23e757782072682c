package dev.orchestrate.cli.bench;

import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.manifest.Manifest;

/**
 * What one checkpoint cost.
 *
 * @param frozenMicros as the checkpoint reports it
 * @param gapMicros the longest time that a process did not run meanwhile, as it sees it itself
 * @param scanMicros of that, the look at all descriptors
 * @param wholeMicros from the beginning until it was complete
 */
public record Measured(
    long frozenMicros,
    long gapMicros,
    long scanMicros,
    long wholeMicros,
    int descriptors,
    int relinked) {

  static Measured of(Manifest manifest, Timeline timeline, long gap, long whole) {
    long scan =
        timeline.steps().stream()
            .filter(step -> step.frozen() && step.name().equals("scan"))
            .mapToLong(Timeline.Step::micros)
            .sum();
    int descriptors =
        manifest.processes().stream().mapToInt(process -> process.descriptors().size()).sum();
    return new Measured(
        manifest.frozenMicros(), gap, scan, whole, descriptors, manifest.relinks().size());
  }
}
