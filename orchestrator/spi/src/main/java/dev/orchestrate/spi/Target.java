package dev.orchestrate.spi;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;

/**
 * What is to be snapshotted: a tree on one mounted filesystem.
 *
 * @param path of the tree's top, absolute, without links
 * @param mount that {@code path} is on
 * @param fsType f_type of statfs(2)
 */
public record Target(RawPath path, MountInfo mount, long fsType) {

  /** Where the tree's top is within its filesystem, from the filesystem's own root. */
  public RawPath pathInFilesystem() {
    return mount.root().resolve(path.relativeTo(mount.point()));
  }

  public boolean isMountPoint() {
    return path.equals(mount.point());
  }
}
