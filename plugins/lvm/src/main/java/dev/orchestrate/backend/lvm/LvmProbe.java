package dev.orchestrate.backend.lvm;

import dev.orchestrate.backend.lvm.DeviceMapper.VolumeId;
import dev.orchestrate.backend.lvm.NewFilesystem.Maker;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Fits;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Volume;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whether a target can be snapshotted, and what is in the way if not. Changes nothing. */
final class LvmProbe {
  private final Target target;
  private final Settings settings;

  LvmProbe(Target target, Settings settings) {
    this.target = target;
    this.settings = settings;
  }

  Assessment assess() {
    Optional<VolumeId> volume = DeviceMapper.volumeOf(target.mount());
    if (volume.isEmpty()) {
      return new Unfit(
          "%s is on %s, which is not an LVM volume"
              .formatted(target.path(), target.mount().source()));
    }
    Optional<Unfit> obstacle =
        Stream.<Supplier<Optional<Unfit>>>of(
                this::wrongFilesystem,
                this::notAWholeFilesystem,
                this::notWritable,
                this::anotherFolder,
                LvmProbe::notAllowed,
                LvmProbe::notInstalled)
            .flatMap(check -> check.get().stream())
            .findFirst();
    return obstacle.isPresent() ? obstacle.get() : assess(VolumeGroup.holding(volume.get()));
  }

  /** The same for a tree that comes from elsewhere, which needs a volume of its own. */
  Assessment assessReceiving() {
    Assessment assessment = assess();
    if (!(assessment instanceof Fits fit) || fit.capabilities().contains(Capability.RECEIVES)) {
      return assessment;
    }
    Maker maker = maker();
    return maker.isInstalled()
        ? new Unfit(
            "%s is on a thick volume, whose snapshots can only begin as copies of it: receive on a thin one, or by --backend=rsync"
                .formatted(target.path()))
        : new Unfit(
            "there is no program %s; install %s".formatted(maker.program(), maker.packages()));
  }

  private Maker maker() {
    return Maker.of(FilesystemKind.of(target.mount().type()).orElseThrow());
  }

  private Assessment assess(VolumeGroup group) {
    LogicalVolume origin = group.origin();
    Space space =
        origin.isThin()
            ? ThinPool.of(group.find(origin.pool()).orElseThrow()).space()
            : ThickStore.space(origin);
    if (space.lack().isPresent()) {
      return space.lack().get();
    }
    try (Directory top = Directory.open(target.path())) {
      return new Fits(
          List.of(new Volume(RawPath.EMPTY, top.stat().device())),
          capabilities(top, origin),
          notes(space, origin));
    }
  }

  private Optional<Unfit> wrongFilesystem() {
    String type = target.mount().type();
    if (type.equals("btrfs")) {
      return unfit(
          "%s is btrfs: an LVM snapshot of it would have its origin's UUID, and btrfs takes the two for one filesystem and damages both; use --backend=btrfs"
              .formatted(target.path()));
    }
    return FilesystemKind.of(type).isPresent()
        ? Optional.empty()
        : unfit(
            "%s is %s: what lies on an LVM volume has to be ext4 or xfs"
                .formatted(target.path(), type));
  }

  private Optional<Unfit> notAWholeFilesystem() {
    RawPath point = target.mount().point();
    if (!target.mount().root().equals(RawPath.ROOT)) {
      return unfit(
          "%s is on a mount of %s, a directory of the filesystem: snapshots are of whole filesystems; give a mount of the filesystem"
              .formatted(target.path(), target.mount().root()));
    }
    return target.isMountPoint()
        ? Optional.empty()
        : unfit(
            "%s is a directory of the filesystem at %s: snapshots are of whole filesystems; give %s"
                .formatted(target.path(), point, point));
  }

  private Optional<Unfit> notWritable() {
    RawPath point = target.mount().point();
    return target.mount().readOnly()
        ? unfit(
            "%s is mounted read-only; remount it read-write: mount -o remount,rw %s"
                .formatted(point, point))
        : Optional.empty();
  }

  private Optional<Unfit> anotherFolder() {
    return settings
        .snapshotFolder()
        .map(
            folder ->
                new Unfit(
                    "snapshots of LVM volumes are volumes of the same group, they can't be kept in "
                        + folder));
  }

  private static Optional<Unfit> notAllowed() {
    return Rights.toUseLvm()
        ? Optional.empty()
        : Optional.of(
            new Unfit(
                "LVM snapshots need user root with CAP_SYS_ADMIN; run as root",
                Obstacle.PERMISSION));
  }

  private static Optional<Unfit> notInstalled() {
    return Programs.find("lvm").isPresent()
        ? Optional.empty()
        : unfit("there is no program lvm; install lvm2");
  }

  private static Optional<Unfit> unfit(String reason) {
    return Optional.of(new Unfit(reason));
  }

  private Set<Capability> capabilities(Directory top, LogicalVolume origin) {
    Set<Capability> capabilities = EnumSet.of(Capability.ATOMIC, Capability.REVIVES_NAMED);
    if (origin.isThin()) {
      capabilities.add(Capability.ROLLS_BACK);
      if (maker().isInstalled()) {
        capabilities.add(Capability.RECEIVES);
      }
    }
    if (target.mount().type().equals("xfs")) {
      if (XfsFeatures.hasReflink(top.fd())) {
        capabilities.add(Capability.SHARES_BLOCKS);
      }
    } else if (Programs.find("debugfs").isPresent()) {
      capabilities.add(Capability.REVIVES_ORPHANS);
    }
    return capabilities;
  }

  private List<String> notes(Space space, LogicalVolume origin) {
    List<String> notes = new ArrayList<>(space.notes());
    if (!origin.isThin() && Programs.find("dmsetup").isEmpty()) {
      notes.add("a view of a thick volume's snapshot needs the program dmsetup");
    }
    if (target.mount().type().equals("ext4") && Programs.find("debugfs").isEmpty()) {
      notes.add("orphans are copied while frozen, as there is no program debugfs (e2fsprogs)");
    }
    return List.copyOf(notes);
  }
}
