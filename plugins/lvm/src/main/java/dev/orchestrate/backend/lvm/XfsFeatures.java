package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What an xfs was made with; ioctl_xfs_fsgeometry(2). */
final class XfsFeatures {
  /** The oldest form of the structure, which all kernels know; xfs_fs.h. */
  private static final long XFS_IOC_FSGEOMETRY_V1 = 0x80705864L;

  private static final int LENGTH = 112;
  private static final int FLAGS = 92;
  private static final int REFLINK = 1 << 20;

  private XfsFeatures() {}

  /** Whether files can share blocks: mkfs.xfs -m reflink=1, the default since xfsprogs 5.1. */
  static boolean hasReflink(Fd any) {
    byte[] geometry = new byte[LENGTH];
    any.ioctl(XFS_IOC_FSGEOMETRY_V1, "XFS_IOC_FSGEOMETRY", geometry);
    int flags = ByteBuffer.wrap(geometry).order(ByteOrder.nativeOrder()).getInt(FLAGS);
    return (flags & REFLINK) != 0;
  }
}
