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
public final class Side {
  private final Directory top;
  private final Optional<OwnNames> own;
  private final long mount;

  /**
   * @param top stays open as long as this is used
   */
  public Side(Directory top, OwnNames own) {
    this(top, Optional.of(own));
  }

  private Side(Directory top, Optional<OwnNames> own) {
    this.top = top;
    this.own = own;
    this.mount = top.stat().mountId();
  }

  /**
   * With all that it has, also what checkpoints put there.
   *
   * @param top stays open as long as this is used
   */
  public static Side whole(Directory top) {
    return new Side(top, Optional.empty());
  }

  /** A folder, if it is there. */
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
    return own.filter(names -> names.contain(path)).isPresent()
        ? Optional.empty()
        : folder.entry(name);
  }

  /** Whether another filesystem, or a part of this one, is mounted there. */
  public boolean isMountPoint(Stat stat) {
    return stat.mountId() != mount;
  }

  /** Whether a folder was made for checkpoints, and has only what they put into it. */
  boolean isOnlyForCheckpoints(RawPath path, Stat stat) {
    return own.isPresent()
        && stat.isDirectory()
        && open(path)
            .map(
                opened -> {
                  try (Directory folder = opened) {
                    return isOnlyForCheckpoints(path, folder);
                  }
                })
            .orElse(false);
  }

  private boolean isOnlyForCheckpoints(RawPath path, Directory folder) {
    if (!ExtendedAttributes.isMarked(folder.fd(), Sealing.MADE_FOR_CHECKPOINTS)) {
      return false;
    }
    for (RawPath name : folder.list()) {
      RawPath below = path.resolve(name);
      Optional<Stat> found = find(folder, name, below);
      if (found.isPresent() && !isOnlyForCheckpoints(below, found.get())) {
        return false;
      }
    }
    return true;
  }
}
