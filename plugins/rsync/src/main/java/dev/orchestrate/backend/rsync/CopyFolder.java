package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** One checkpoint's folder, mode 0700, on this host. */
final class CopyFolder {
  private CopyFolder() {}

  /**
   * @throws ConflictException if there is one already
   */
  static void requireNone(StoredCopy stored) {
    Optional<Directory> existing = openIfThere(stored);
    existing.ifPresent(Directory::close);
    if (existing.isPresent()) {
      throw new ConflictException(inThePlace(stored), "delete that checkpoint first");
    }
  }

  /**
   * @throws ConflictException if there is one already
   */
  static void make(StoredCopy stored) {
    try (Directory all = DestinationFolder.openOrMake(stored.destination().folder())) {
      all.makeDirectory(RawPath.of(stored.id()), 0700);
    } catch (SystemCallException e) {
      if (e.is(Errno.EEXIST)) {
        throw new ConflictException(inThePlace(stored), "delete that checkpoint first", e);
      }
      throw Failures.of(e, "making the folder of the copy", "");
    }
  }

  /**
   * @throws NotFoundException if it is gone
   */
  static Directory open(StoredCopy stored) {
    return openIfThere(stored)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "the copy of checkpoint " + stored.id() + " is not there: " + path(stored),
                    "mount its filesystem, or use the host that has it"));
  }

  static Optional<Directory> openIfThere(StoredCopy stored) {
    Optional<Directory> found = DestinationFolder.openIfThere(stored.destination().folder());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (Directory all = found.get()) {
      return Optional.of(all.openDirectory(RawPath.of(stored.id())));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw Failures.of(e, "opening the folder of the copy", "");
    }
  }

  /** Removes it with all that is in it and mounted in it; does nothing if there is none. */
  static void remove(StoredCopy stored) {
    openIfThere(stored)
        .ifPresent(
            folder -> {
              try (folder) {
                unmountAllIn(folder.fd().kernelPath());
              }
            });
    DestinationFolder.openIfThere(stored.destination().folder())
        .ifPresent(
            all -> {
              try (all) {
                Removal.remove(all, RawPath.of(stored.id()));
                all.fd().sync();
              }
              if (stored.destination().isDefault()) {
                DestinationFolder.removeIfEmpty(stored.destination().folder());
              }
            });
  }

  /** Unmounts what is mounted at a path or below, in this process's mount namespace. */
  static void unmountAllIn(RawPath path) {
    try {
      List<MountInfo> mounts = new ArrayList<>(MountInfo.ofSelf());
      Collections.reverse(mounts); // what was mounted last lies on top
      mounts.stream()
          .filter(mount -> mount.point().isBelow(path))
          .forEach(mount -> MountNamespace.unmount(mount.point()));
    } catch (SystemCallException e) {
      throw Failures.of(e, "unmounting a view", "CAP_SYS_ADMIN");
    }
  }

  private static String inThePlace(StoredCopy stored) {
    return "there is already something in the place of the copy: " + path(stored);
  }

  private static RawPath path(StoredCopy stored) {
    return stored.destination().folder().resolve(stored.id());
  }
}
