package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import java.util.Optional;

/** A folder in which another host may have made or removed names a moment ago. */
final class SharedFolder {
  private SharedFolder() {}

  /**
   * Opens each folder on the way. It is at an open(2) that an NFS client asks the server whether
   * the folder has changed; until then, for up to a minute, it goes on believing that a name which
   * it has not found once is not there: nfs(5), "Directory entry caching".
   *
   * @return for the caller to close; empty if it is not there
   */
  static Optional<Directory> open(Directory top, RawPath path) {
    Directory folder = top.openDirectory(RawPath.EMPTY);
    try {
      for (RawPath name : path.components()) {
        try (Directory parent = folder) {
          folder = parent.openDirectory(name);
        }
      }
      return Optional.of(folder);
    } catch (SystemCallException e) {
      if (isAbsence(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether a name is not there, or was removed while it was looked up. */
  static boolean isAbsence(SystemCallException e) {
    return e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.ESTALE);
  }
}
