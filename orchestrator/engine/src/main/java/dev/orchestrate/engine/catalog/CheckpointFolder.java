package dev.orchestrate.engine.catalog;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotFoundException;

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
        .orElseThrow(() -> new NotFoundException("checkpoint " + id + ": is gone", ""));
  }
}
