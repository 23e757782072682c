package dev.orchestrate.engine.catalog;

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
    CheckpointFolder.store(catalog, id, NAME, timeline);
  }

  /** How a checkpoint was made; without steps if that is not known, as of one that came by send. */
  public Timeline of(String id) {
    try {
      return CheckpointFolder.read(catalog, id, NAME, Timeline.class).orElse(Timeline.UNKNOWN);
    } catch (DamagedException e) {
      return Timeline.UNKNOWN;
    }
  }
}
