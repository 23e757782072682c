package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.Target;
import java.util.Optional;

/** Whether copies of a tree can be kept in a folder of this host. */
final class DestinationCheck {
  /** What may grow while the copy is made, in bytes. */
  private static final long MARGIN = 16L << 20;

  private final Target target;
  private final Destination destination;

  DestinationCheck(Target target, Destination destination) {
    this.target = target;
    this.destination = destination;
  }

  Optional<Unfit> obstacle(Tree tree) {
    RawPath folder = destination.folder();
    try {
      Optional<Directory> existing = DestinationFolder.openIfThere(folder);
      // the state folder is made at the first checkpoint
      try (Directory place = existing.isPresent() ? existing.get() : nearestAbove(folder)) {
        if (existing.isEmpty() && !isMadeByUs(place)) {
          return unfit(
              "there is no %s to make the folder of the copies in".formatted(folder.parent()));
        }
        return within(place, existing.isPresent())
            .or(() -> notWritable(place))
            .or(() -> tooFull(tree, place));
      }
    } catch (SystemCallException e) {
      return unfit("the folder of the copies can't be used: " + e.getMessage());
    }
  }

  private static Optional<Unfit> unfit(String reason) {
    return Optional.of(new Unfit(reason));
  }

  private boolean isMadeByUs(Directory place) {
    return destination.isDefault() || place.subject().equals(destination.folder().parent());
  }

  private static Directory nearestAbove(RawPath folder) {
    RawPath above = folder.parent();
    while (true) {
      try {
        return Directory.openFollowing(above);
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT) || above.equals(RawPath.ROOT)) {
          throw e;
        }
        above = above.parent();
      }
    }
  }

  /** Compared are places within the filesystem: a path may be a bind mount of the other. */
  private Optional<Unfit> within(Directory place, boolean exists) {
    long mountId = place.stat().mountId();
    Optional<MountInfo> mount =
        MountInfo.ofSelf().stream().filter(one -> one.id() == mountId).findFirst();
    if (mount.isEmpty() || mount.get().device() != target.mount().device()) {
      return Optional.empty();
    }
    RawPath real = place.fd().kernelPath();
    RawPath copies = inFilesystem(mount.get(), real);
    RawPath tree = inFilesystem(target.mount(), target.path());
    if (copies.isBelow(tree)) {
      return unfit(
          "the copies would be in %s, inside the tree that is copied; choose a folder outside: --snapshot-dir DIR"
              .formatted(destination.folder()));
    }
    if (exists && tree.isBelow(copies)) {
      return unfit(
          "%s is inside the folder of the copies, %s; choose another: --snapshot-dir DIR"
              .formatted(target.path(), destination.folder()));
    }
    return Optional.empty();
  }

  /**
   * Where a path is in its filesystem. The kernel shows each mount of NFS as one of the root, and
   * in its source of which folder of the server it is, bind mounts included: fs/nfs/super.c,
   * nfs_show_path and nfs_show_devname.
   */
  static RawPath inFilesystem(MountInfo mount, RawPath path) {
    String source = mount.source().text();
    int folder = source.indexOf(":/") + 1;
    RawPath root =
        mount.type().startsWith("nfs") && folder > 0
            ? RawPath.of(source.substring(folder))
            : mount.root();
    return root.resolve(path.relativeTo(mount.point()));
  }

  private Optional<Unfit> notWritable(Directory place) {
    return place.isWritable()
        ? Optional.empty()
        : Optional.of(
            new Unfit(
                "%s can't be written to; choose another folder: --snapshot-dir DIR"
                    .formatted(place.subject()),
                Obstacle.PERMISSION));
  }

  /** What is cheap to know is asked first: whether even all of the filesystem would fit. */
  private Optional<Unfit> tooFull(Tree tree, Directory place) {
    long available = place.fd().availableBytes() - MARGIN;
    if (tree.top().fd().usedBytes() <= available) {
      return Optional.empty();
    }
    long needed = tree.size();
    if (needed > available) {
      needed = Math.min(needed, sizeOfChanges(tree, needed));
    }
    return needed <= available
        ? Optional.empty()
        : Optional.of(
            new Unfit(
                "the copy takes about %d MiB, and %s has room for %d MiB; free some space there, or choose another folder: --snapshot-dir DIR"
                    .formatted(needed >> 20, destination.folder(), Math.max(0, available) >> 20),
                Obstacle.SPACE));
  }

  /** What an earlier copy can't share, in bytes; {@code otherwise} if there is none. */
  private long sizeOfChanges(Tree tree, long otherwise) {
    StoredCopy planned =
        new StoredCopy(
            "",
            target.path(),
            destination,
            tree.filesystem(),
            Moment.now(),
            Dating.isReliable(target));
    Optional<Directory> folder = DestinationFolder.openIfThere(destination.folder());
    if (folder.isEmpty()) {
      return otherwise;
    }
    try (Directory all = folder.get()) {
      return new LocalStore(planned, all)
          .newestEarlier()
          .filter(copy -> copy.isComparableByTimes(planned))
          .map(copy -> sizeOfChangesSince(copy.marker().begun(), tree))
          .orElse(otherwise);
    }
  }

  private static long sizeOfChangesSince(Moment moment, Tree tree) {
    String blocks = tree.find("-type", "f", "-newerct", moment.leastDate(), "-printf", "%b\n");
    return blocks.lines().mapToLong(Long::parseLong).sum() * 512;
  }
}
