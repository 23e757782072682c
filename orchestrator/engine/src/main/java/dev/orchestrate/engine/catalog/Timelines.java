package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;

/** How checkpoints were made: {@code checkpoints/ID/timeline.json} in the state directory. */
public final class Timelines {
  private static final RawPath NAME = RawPath.of("timeline.json");

  private final Catalog catalog;

  public Timelines(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Keeps how a checkpoint was made. */
  public void write(String id, Timeline timeline) {
    try (Directory folder = CheckpointFolder.open(catalog, id)) {
      StateFolder.store(folder, NAME, ManifestFormat.write(timeline));
    }
  }

  /** How a checkpoint was made; without steps if that is not known, as of one that came by send. */
  public Timeline of(String id) {
    try (Directory folder = CheckpointFolder.open(catalog, id)) {
      return StateFolder.read(folder, NAME)
          .map(json -> ManifestFormat.read(json, Timeline.class, NAME.toString()))
          .orElse(Timeline.UNKNOWN);
    } catch (DamagedException e) {
      return Timeline.UNKNOWN;
    }
  }
}
