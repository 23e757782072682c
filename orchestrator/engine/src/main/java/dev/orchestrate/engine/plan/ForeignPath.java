package dev.orchestrate.engine.plan;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.ForeignNamespace;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.Target;

/** A directory as the processes of another mount namespace call it. */
public final class ForeignPath {
  private ForeignPath() {}

  /**
   * A path of this process's, and what it led to.
   *
   * @param stat of the directory
   */
  public record Found(RawPath path, Stat stat) {

    /**
     * Makes sure that it has not come to lead elsewhere, as whoever lives in that namespace might
     * have it.
     *
     * @param target what was found by the path later
     */
    public void requireSame(Target target) {
      try (Directory directory = Directory.open(target.path())) {
        if (directory.stat().isSameInode(stat)) {
          return;
        }
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP)) {
          throw Failures.of(e, "opening the target", "CAP_DAC_READ_SEARCH");
        }
      }
      throw new ConflictException(
          path + ": is being replaced by another directory", "try again when nobody does that");
    }
  }

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
   * The path by which this process sees the same directory, which has to be looked at once more
   * after it was opened: {@link Found#requireSame}.
   *
   * @throws NotFoundException if there is no such directory in that namespace
   * @throws NotSupportedException if it is not mounted here, so that nothing can be kept of it
   * @throws OrchestrateException if that is no mount namespace, or may not be entered
   */
  public static Found here(ForeignNamespace namespace, RawPath path) {
    ForeignNamespace.Place place;
    try {
      place =
          namespace
              .find(path)
              .orElseThrow(
                  () ->
                      new NotSupportedException(
                          path + ": leads out of that mount namespace",
                          "give the path that its processes have"));
    } catch (SystemCallException e) {
      throw failure(e, path);
    }
    return place
        .here()
        .map(here -> new Found(here, place.stat()))
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
