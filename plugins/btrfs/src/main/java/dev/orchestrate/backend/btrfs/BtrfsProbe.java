package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Fits;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Volume;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whether a target can be snapshotted, and what is in the way if not. Changes nothing. */
final class BtrfsProbe {
  private final Target target;
  private final RawPath folder;

  BtrfsProbe(Target target, Settings settings) {
    this.target = target;
    this.folder = SnapshotFolder.pathFor(target, settings);
  }

  Assessment assess() {
    if (target.fsType() != BtrfsIoctl.FILESYSTEM_TYPE) {
      return new Unfit(target.path() + " is " + target.mount().type() + ", not btrfs");
    }
    try (Directory top = Directory.open(target.path())) {
      Optional<Unfit> obstacle =
          Stream.<Function<Directory, Optional<Unfit>>>of(
                  this::notASubvolume, this::notWritable, this::notOwned, this::noFolder)
              .flatMap(check -> check.apply(top).stream())
              .findFirst();
      return obstacle.isPresent() ? obstacle.get() : fits(top);
    }
  }

  private Fits fits(Directory top) {
    NestedSubvolumes nested = NestedSubvolumes.below(top, SnapshotFolder.find(folder));
    List<Volume> volumes = new ArrayList<>();
    volumes.add(new Volume(RawPath.EMPTY, top.stat().device()));
    volumes.addAll(nested.volumes());
    return new Fits(List.copyOf(volumes), capabilities(top), notes(nested));
  }

  private Optional<Unfit> notASubvolume(Directory top) {
    if (BtrfsIoctl.isSubvolumeRoot(top.stat().inode())) {
      return Optional.empty();
    }
    RawPath above = target.path();
    while (above.isBelow(target.mount().point()) && !above.equals(RawPath.ROOT)) {
      above = above.parent();
      if (above.isBelow(target.mount().point()) && isSubvolumeRoot(above)) {
        return unfit(
            "%s is a directory inside the subvolume at %s: snapshots are of whole subvolumes; give %s"
                .formatted(target.path(), above, above));
      }
    }
    return unfit(
        "%s is on a mount of %s, a directory inside a subvolume: snapshots are of whole subvolumes; give a mount of the subvolume"
            .formatted(target.path(), target.mount().root()));
  }

  private static boolean isSubvolumeRoot(RawPath path) {
    try (Directory directory = Directory.open(path)) {
      return BtrfsIoctl.isSubvolumeRoot(directory.stat().inode());
    }
  }

  private Optional<Unfit> notWritable(Directory top) {
    if (target.mount().readOnly()) {
      RawPath point = target.mount().point();
      return unfit(
          "%s is mounted read-only; remount it read-write: mount -o remount,rw %s"
              .formatted(point, point));
    }
    if (folder.isBelow(target.path()) && BtrfsIoctl.isReadOnly(top.fd())) {
      return unfit(
          "the subvolume at %s is read-only, so that no snapshot can be put below it; choose another folder for the snapshots, or: btrfs property set %s ro false"
              .formatted(target.path(), target.path()));
    }
    return Optional.empty();
  }

  private Optional<Unfit> notOwned(Directory top) {
    if (!Rights.toUndo()) {
      return Optional.of(
          new Unfit(
              "root can't remove a snapshot again, should something fail; run with CAP_SYS_ADMIN or CAP_DAC_OVERRIDE",
              Obstacle.PERMISSION));
    }
    if (Rights.toSnapshot(top.stat())) {
      return Optional.empty();
    }
    return Optional.of(
        new Unfit(
            "the subvolume at %s belongs to user %d; run as that user, as root or with CAP_FOWNER"
                .formatted(target.path(), top.stat().user()),
            Obstacle.PERMISSION));
  }

  private Optional<Unfit> noFolder(Directory top) {
    if (folder.equals(target.path())) {
      return unfit("the snapshot folder can't be %s itself; choose another".formatted(folder));
    }
    try {
      if (SnapshotFolder.find(folder).isEmpty()) {
        try (Directory parent = Directory.open(folder.parent())) {
          return elsewhere(parent, top);
        }
      }
      try (Directory existing = Directory.open(folder)) {
        SnapshotFolder.requireTrustworthy(existing);
        return elsewhere(existing, top);
      }
    } catch (PermissionException e) {
      return Optional.of(new Unfit(e.getMessage() + "; " + e.advice(), Obstacle.PERMISSION));
    } catch (OrchestrateException e) {
      return unfit(e.getMessage() + "; " + e.advice());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return unfit("there is no %s to make the snapshot folder in".formatted(e.subject()));
      }
      return unfit("the snapshot folder can't be used: " + e.getMessage());
    }
  }

  private static Optional<Unfit> unfit(String reason) {
    return Optional.of(new Unfit(reason));
  }

  private Optional<Unfit> elsewhere(Directory place, Directory top) {
    if (place.fd().filesystemType() == BtrfsIoctl.FILESYSTEM_TYPE
        && BtrfsIoctl.filesystemUuid(place.fd()).equals(BtrfsIoctl.filesystemUuid(top.fd()))) {
      return Optional.empty();
    }
    return unfit(
        "the snapshot folder %s is not on the same btrfs as %s, which is where its snapshots have to be; choose one there"
            .formatted(folder, target.path()));
  }

  private static Set<Capability> capabilities(Directory top) {
    Set<Capability> capabilities =
        EnumSet.of(
            Capability.ATOMIC,
            Capability.SHARES_BLOCKS,
            Capability.RECEIVES,
            Capability.ROLLS_BACK);
    if (Rights.toRevive(top.fd())) {
      capabilities.add(Capability.REVIVES_NAMED);
    }
    return capabilities;
  }

  private List<String> notes(NestedSubvolumes nested) {
    List<String> notes = new ArrayList<>();
    int count = nested.volumes().size();
    if (count > 0) {
      notes.add(
          "%d nested subvolume%s, each with a snapshot of its own"
              .formatted(count, count == 1 ? "" : "s"));
    }
    notes.addAll(nested.notes());
    if (!Rights.toDestroySubvolumes()
        && !target.mount().superOptions().contains("user_subvol_rm_allowed")) {
      notes.add(
          "deleting a snapshot means deleting each of its files, as this filesystem is not mounted with user_subvol_rm_allowed");
    }
    return List.copyOf(notes);
  }
}
