package dev.orchestrate.backend.lvm;

import java.util.Arrays;
import java.util.Optional;

/** The filesystems that are known to come back from a snapshot of their device. */
enum FilesystemKind {
  /**
   * The kernel would go on initialising inode tables wherever mkfs has left that to it: in a view
   * that is thrown away, or in a volume that others share the pool with, for nothing; ext4(5).
   */
  EXT4("ext4", "noinit_itable"),
  /** A snapshot has its origin's uuid, which xfs refuses to mount twice; xfs(5). */
  XFS("xfs", "nouuid");

  private final String type;
  private final String mountOptions;

  FilesystemKind(String type, String mountOptions) {
    this.type = type;
    this.mountOptions = mountOptions;
  }

  static Optional<FilesystemKind> of(String type) {
    return Arrays.stream(values()).filter(kind -> kind.type.equals(type)).findFirst();
  }

  /** As mount(2) wants it. */
  String type() {
    return type;
  }

  String mountOptions() {
    return mountOptions;
  }
}
