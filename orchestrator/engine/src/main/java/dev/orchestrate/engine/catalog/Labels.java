package dev.orchestrate.engine.catalog;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import java.util.Optional;

/** What users wrote on checkpoints: {@code checkpoints/ID/label.json} in the state directory. */
public final class Labels {
  private static final RawPath NAME = RawPath.of("label.json");

  private final Catalog catalog;

  public Labels(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Writes on a checkpoint; replaces what was written there. */
  public void write(String id, Label label) {
    CheckpointFolder.store(catalog, id, NAME, label);
  }

  /** What is written on a checkpoint; empty if that can't be read. */
  public Optional<Label> of(String id) {
    try {
      return CheckpointFolder.read(catalog, id, NAME, Label.class)
          .or(() -> Optional.of(Label.NONE));
    } catch (NotFoundException e) {
      return Optional.of(Label.NONE); // somebody has just deleted it
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }
}
