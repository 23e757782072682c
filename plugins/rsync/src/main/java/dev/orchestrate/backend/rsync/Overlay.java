package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.List;

/**
 * Mounts an overlayfs in which hard links stay together (index=on): without, the first write to a
 * file parts it from its other names. The kernel drops the option without a word where the
 * filesystem has no file handles. And in which nothing is synced (volatile, since Linux 5.10), as
 * it is thrown away: else each file that is opened for writing would wait for the disk;
 * overlayfs.rst.
 */
final class Overlay {
  private static final RawPath INDEX_BY_DEFAULT =
      RawPath.of("/sys/module/overlay/parameters/index");

  private Overlay() {}

  /**
   * @param point where; a path of the kernel's
   * @return whether it is mounted; if not, the kernel or the filesystem can't, or the caller may
   *     not
   */
  static boolean mount(Directory lower, Directory upper, Directory work, RawPath point) {
    String options =
        "lowerdir=%s,upperdir=%s,workdir=%s,index=on,redirect_dir=on"
            .formatted(lower.fd().procPath(), upper.fd().procPath(), work.fd().procPath());
    if (!tryMount(point, options + ",volatile") && !tryMount(point, options)) {
      return false;
    }
    if (hasIndex(point)) {
      return true;
    }
    MountNamespace.unmount(point);
    return false;
  }

  private static boolean tryMount(RawPath point, String options) {
    try {
      SystemCalls.mount(RawPath.of("orchestrate"), point, "overlay", 0, options);
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.EPERM, Errno.EINVAL, Errno.ENODEV, Errno.EOPNOTSUPP)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean hasIndex(RawPath point) {
    List<String> options =
        MountInfo.ofSelf().stream()
            .filter(mount -> mount.point().equals(point))
            .reduce((first, last) -> last)
            .map(MountInfo::superOptions)
            .orElse(List.of());
    return options.contains("index=on") || (!options.contains("index=off") && isDefault());
  }

  private static boolean isDefault() {
    try (Fd parameter = Fd.open(INDEX_BY_DEFAULT, Fd.O_RDONLY)) {
      return RawPath.decode(parameter.readAll()).startsWith("Y");
    } catch (SystemCallException e) {
      return false;
    }
  }
}
