package dev.orchestrate.engine.diff;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Sealing;
import java.util.Optional;

/** One of two trees that are compared. It may be in use: what vanishes meanwhile is not there. */
final class Side {
  private final Directory top;
  private final OwnNames own;
  private final long mount;

  /**
   * @param top stays open as long as this is used
   */
  Side(Directory top, OwnNames own) {
    this.top = top;
    this.own = own;
    this.mount = top.stat().mountId();
  }

  Optional<Directory> open(RawPath folder) {
    try {
      return Optional.of(top.openDirectory(folder));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What a folder of this tree has by a name, unless a checkpoint put it there. */
  Optional<Stat> find(Directory folder, RawPath name, RawPath path) {
    return own.contain(path) ? Optional.empty() : folder.entry(name);
  }

  /** Whether another filesystem, or a part of this one, is mounted there. */
  boolean isMountPoint(Stat stat) {
    return stat.mountId() != mount;
  }

  /** Whether a folder was made for a checkpoint only, on the way to its relink folder. */
  boolean isMadeForCheckpoints(RawPath path, Stat stat) {
    if (!stat.isDirectory()) {
      return false;
    }
    return open(path)
        .map(
            opened -> {
              try (Directory folder = opened) {
                return ExtendedAttributes.isMarked(folder.fd(), Sealing.MADE_FOR_CHECKPOINTS);
              }
            })
        .orElse(false);
  }
}
