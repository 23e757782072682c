package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import java.util.Optional;

/** A checkpoint's own folder in the state directory, for what is kept beside its manifest. */
public final class CheckpointFolder {
  private CheckpointFolder() {}

  /**
   * @return for the caller to close
   * @throws NotFoundException if there is no such checkpoint
   */
  public static Directory open(Catalog catalog, String id) {
    RawPath path = Catalog.CHECKPOINTS.resolve(id);
    return new StateFolder(catalog.stateDirectory())
        .openIfThere(path)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "checkpoint " + id + ": is gone", "see what there is: orchestrate list"));
  }

  /** Keeps a value as JSON; replaces what was kept by that name. */
  static void store(Catalog catalog, String id, RawPath name, Object value) {
    try (Directory folder = open(catalog, id)) {
      StateFolder.store(folder, name, ManifestFormat.write(value));
    }
  }

  /**
   * What is kept by a name; empty if nothing is.
   *
   * @throws NotFoundException if there is no such checkpoint
   * @throws DamagedException if it can't be read as such a value
   */
  static <T> Optional<T> read(Catalog catalog, String id, RawPath name, Class<T> type) {
    try (Directory folder = open(catalog, id)) {
      return StateFolder.read(folder, name)
          .map(json -> ManifestFormat.read(json, type, name.toString()));
    }
  }
}
