package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which devices are logical volumes, and what they are called; no privilege is needed. */
final class DeviceMapper {
  private static final Pattern UUID = Pattern.compile("LVM-(\\w{32})(\\w{32})\\s*");

  private DeviceMapper() {}

  /** The uuids of a logical volume and its group, as lvm writes them. */
  record VolumeId(String group, String volume) {}

  /** What a filesystem lies on, if that is a logical volume. */
  static Optional<VolumeId> volumeOf(MountInfo mount) {
    return major(mount.device()) == 0
        ? volumeOfDevice(mount.source())
        : volumeNumbered(mount.device());
  }

  /** For filesystems like btrfs whose st_dev is not their device's. */
  private static Optional<VolumeId> volumeOfDevice(RawPath source) {
    if (!source.isAbsolute()) {
      return Optional.empty();
    }
    try {
      return volumeNumbered(Fd.stat(source).rawDevice());
    } catch (SystemCallException e) {
      return Optional.empty();
    }
  }

  private static Optional<VolumeId> volumeNumbered(long device) {
    RawPath uuid =
        RawPath.of("/sys/dev/block/%d:%d/dm/uuid".formatted(major(device), minor(device)));
    try (Fd file = Fd.open(uuid, Fd.O_RDONLY)) {
      Matcher matcher = UUID.matcher(RawPath.decode(file.readAll()));
      return matcher.matches()
          ? Optional.of(new VolumeId(dashed(matcher.group(1)), dashed(matcher.group(2))))
          : Optional.empty();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Groups of 6, 4, 4, 4, 4, 4 and 6. */
  private static String dashed(String uuid) {
    return uuid.replaceFirst("(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})", "$1-$2-$3-$4-$5-$6-$7");
  }

  /** Dashes in the two names are doubled, so that the one between them is clear. */
  static RawPath device(String group, String volume) {
    return RawPath.of("/dev/mapper/" + group.replace("-", "--") + "-" + volume.replace("-", "--"));
  }

  private static long major(long device) {
    return (device >>> 8 & 0xfff) | (device >>> 32 & 0xfffff000L);
  }

  private static long minor(long device) {
    return (device & 0xff) | (device >>> 12 & 0xffffff00L);
  }
}
