package dev.orchestrate.engine.plan;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.ForeignNamespace;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;

/** A directory as the processes of another mount namespace call it. */
public final class ForeignPath {
  private ForeignPath() {}

  /**
   * Opens a mount namespace.
   *
   * @param file such as /proc/PID/ns/mnt, or /proc/self/fd/N for one that the caller has open
   * @throws OrchestrateException if there is no such file, or it may not be opened
   */
  public static ForeignNamespace open(RawPath file) {
    try {
      return ForeignNamespace.open(file);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ENXIO)) {
        throw new NotFoundException(
            file + ": there is no such mount namespace", "give one: /proc/PID/ns/mnt", e);
      }
      throw Failures.of(e, "opening the mount namespace", "CAP_SYS_PTRACE");
    }
  }

  /**
   * The path by which this process sees the same directory.
   *
   * @throws NotFoundException if there is no such directory in that namespace
   * @throws NotSupportedException if it is not mounted here, so that nothing can be kept of it
   * @throws OrchestrateException if that is no mount namespace, or may not be entered
   */
  public static RawPath here(ForeignNamespace namespace, RawPath path) {
    ForeignNamespace.Place place;
    try {
      place = namespace.find(path);
    } catch (SystemCallException e) {
      throw failure(e, path);
    }
    return place
        .here()
        .orElseThrow(
            () ->
                new NotSupportedException(
                    path
                        + ": is on a filesystem ("
                        + place.mount().type()
                        + ") that is mounted in"
                        + " that mount namespace only",
                    "mount it here, too, or run orchestrate in there: nsenter --mount=FILE"));
  }

  /** Why a namespace could not be entered, or something not be found in it. */
  public static OrchestrateException failure(SystemCallException e, RawPath path) {
    if (e.call().equals("setns")) {
      return e.is(Errno.EINVAL)
          ? new NotSupportedException(
              e.subject() + ": is not the file of a mount namespace", "give /proc/PID/ns/mnt", e)
          : Failures.of(e, "entering the mount namespace", "CAP_SYS_ADMIN and CAP_SYS_CHROOT");
    }
    return e.is(Errno.ENOENT, Errno.ENOTDIR)
        ? new NotFoundException(
            path + ": there is no such directory in that mount namespace",
            "look there: ls /proc/PID/root" + path,
            e)
        : Failures.of(e, "finding the path in the mount namespace", "CAP_DAC_READ_SEARCH");
  }
}
