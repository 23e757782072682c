package dev.orchestrate.engine.live;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Target;

/** Where a checkpoint was taken, as it is now. */
public final class LiveTree {
  private LiveTree() {}

  /**
   * Opens its top, to be read.
   *
   * @throws ConflictException if the path leads to another type of filesystem now, or to another
   *     part of one
   */
  public static Directory open(Manifest checkpoint) {
    Manifest.TargetRecord then = checkpoint.target();
    Directory top = TargetFinder.open(then.path());
    try {
      requireLike(then, TargetFinder.of(top));
      return top;
    } catch (RuntimeException e) {
      top.close();
      throw e;
    }
  }

  /**
   * Opens its top, to be changed.
   *
   * @throws ConflictException also if there is a symbolic link on the way
   * @throws PermissionException if somebody else could put another folder in the place of one on
   *     the way, which would be changed then
   */
  public static Directory openToChange(Manifest checkpoint) {
    Directory top = open(checkpoint);
    try {
      requireNoLink(checkpoint.target().path(), top.fd().kernelPath());
      FoldersAbove.requireTrusted(top);
      return top;
    } catch (RuntimeException e) {
      top.close();
      throw e;
    }
  }

  private static void requireLike(Manifest.TargetRecord then, Target now) {
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
  }

  private static void requireNoLink(RawPath then, RawPath now) {
    if (!now.equals(then)) {
      throw new ConflictException(
          then + ": leads to " + now + " now, through a symbolic link",
          "have it again where it was, by a mount say");
    }
  }
}
