package dev.orchestrate.engine.plan;

import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.hooks.Hooks;
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
 * @param label what is to be written on it
 * @param hooks what is to be run before the freeze and after the thaw
 */
public record CheckpointRequest(
    RawPath path,
    Optional<String> backend,
    ProcessSelection selection,
    RelinkTemplate template,
    Settings settings,
    Duration maxFrozen,
    Label label,
    Hooks hooks) {

  /** Where the manifest goes, in the snapshot. */
  public RawPath manifestPath(String id) {
    return template.manifest(id);
  }
}
