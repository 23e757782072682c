package dev.orchestrate.engine.migration;

import dev.orchestrate.engine.manifest.Manifest;
import java.util.Optional;

/**
 * One checkpoint that has arrived.
 *
 * @param parent from which it was sent what differs; all of it was sent if there is none
 * @param bytes that were sent
 * @param micros from the end of its snapshot until it had arrived, in microseconds
 * @param stopped for how long the processes stood still until they were ended, in microseconds;
 *     empty if they run
 */
public record Round(
    Manifest manifest, Optional<String> parent, long bytes, long micros, Optional<Long> stopped) {

  /** Below this, another round brings nothing: sending little takes as long as sending less. */
  private static final long LITTLE = 1 << 20;

  /**
   * Whether another round would have to send about as much again: programs write as fast as that is
   * sent.
   */
  boolean isLikeTheLast(Optional<Round> before) {
    return bytes < LITTLE || before.filter(round -> bytes > round.bytes / 2).isPresent();
  }
}
