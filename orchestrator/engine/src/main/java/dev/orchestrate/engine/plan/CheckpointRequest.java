package dev.orchestrate.engine.plan;

import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param path the top of the tree, as typed
 * @param backend its name; empty for the first that fits
 * @param maxFrozen after which the processes are thawed, come what may
 */
public record CheckpointRequest(
    RawPath path,
    Optional<String> backend,
    ProcessSelection selection,
    RelinkTemplate template,
    Settings settings,
    Duration maxFrozen) {
  private static final Duration USUAL_MAX_FROZEN = Duration.ofSeconds(10);

  /** Of all that processes hold there, without any wish of the user's. */
  public static CheckpointRequest ofAll(RawPath path, String backend, RawPath stateDirectory) {
    return new CheckpointRequest(
        path,
        Optional.of(backend),
        new ProcessSelection.Holders(),
        RelinkTemplate.DEFAULT,
        new Settings(Optional.empty(), stateDirectory),
        USUAL_MAX_FROZEN);
  }
}
