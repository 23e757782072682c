package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
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
    try (Directory folder = CheckpointFolder.open(catalog, id)) {
      StateFolder.store(folder, NAME, ManifestFormat.write(label));
    }
  }

  /** What is written on a checkpoint; empty if that can't be read. */
  public Optional<Label> of(String id) {
    try (Directory folder = CheckpointFolder.open(catalog, id)) {
      return Optional.of(
          StateFolder.read(folder, NAME)
              .map(json -> ManifestFormat.read(json, Label.class, NAME.toString()))
              .orElse(Label.NONE));
    } catch (NotFoundException e) {
      return Optional.of(Label.NONE); // somebody has just deleted it
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }
}
