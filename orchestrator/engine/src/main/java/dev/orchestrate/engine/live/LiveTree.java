package dev.orchestrate.engine.live;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Target;

/** Where a checkpoint was taken, as it is now. */
public final class LiveTree {
  private LiveTree() {}

  /**
   * Opens its top.
   *
   * @throws ConflictException if another filesystem, or another part of it, is there now
   */
  public static Directory open(Manifest checkpoint) {
    Manifest.TargetRecord then = checkpoint.target();
    Target now = TargetFinder.find(then.path());
    if (!now.mount().type().equals(then.type())
        || !now.pathInFilesystem().equals(then.pathInFilesystem())) {
      throw new ConflictException(
          then.path()
              + ": is "
              + now.pathInFilesystem()
              + " of a "
              + now.mount().type()
              + " now, and not "
              + then.pathInFilesystem()
              + " of the "
              + then.type()
              + " that was there",
          "mount that: it was " + then.source());
    }
    return Directory.open(now.path());
  }
}
