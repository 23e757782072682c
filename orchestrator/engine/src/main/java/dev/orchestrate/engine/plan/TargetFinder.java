package dev.orchestrate.engine.plan;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.Target;

/** Finds what a path given by the user is on. */
public final class TargetFinder {
  private TargetFinder() {}

  /**
   * @throws NotFoundException if there is no such directory
   */
  public static Target find(RawPath path) {
    try (Directory top = open(path)) {
      return of(top);
    }
  }

  /**
   * Opens it, links included.
   *
   * @throws NotFoundException if there is no such directory
   */
  public static Directory open(RawPath path) {
    try {
      return Directory.openFollowing(path);
    } catch (SystemCallException e) {
      throw failure(path, e);
    }
  }

  /** What an open directory is on, wherever its path leads by now. */
  public static Target of(Directory top) {
    try {
      RawPath real = top.fd().kernelPath();
      Stat stat = top.stat();
      MountInfo mount =
          MountInfo.ofSelf().stream()
              .filter(one -> one.id() == stat.mountId())
              .findFirst()
              .orElseThrow(
                  () ->
                      new NotSupportedException(
                          top.subject() + ": is on a mount that is not in this mount namespace",
                          "run orchestrate in that namespace: nsenter --mount --target PID"));
      return new Target(real, mount, top.fd().filesystemType());
    } catch (SystemCallException e) {
      throw failure(top.subject(), e);
    }
  }

  private static OrchestrateException failure(RawPath path, SystemCallException e) {
    if (e.is(Errno.ENOENT)) {
      return new NotFoundException(path + ": there is no such path", "check the path", e);
    }
    if (e.is(Errno.ENOTDIR)) {
      return new NotSupportedException(
          path + ": is not a directory", "give the top of a mounted filesystem", e);
    }
    return Failures.of(e, "opening the target", "CAP_DAC_READ_SEARCH");
  }
}
