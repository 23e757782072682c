package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.journal.Journal;
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

  /** Whether a command works on the checkpoint, or did when it was interrupted. */
  public static boolean isWorkedOn(Catalog catalog, String id) {
    try (Directory folder = open(catalog, id)) {
      return Journal.exists(folder);
    } catch (NotFoundException e) {
      return true; // one that has just deleted it
    }
  }
}
