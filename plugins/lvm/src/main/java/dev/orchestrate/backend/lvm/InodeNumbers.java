package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.FileHandle;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.NotFoundException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Opens the inodes of a mounted snapshot by their numbers, with handles; open_by_handle_at(2). */
final class InodeNumbers {
  /** From linux/exportfs.h: number and generation, 32 bits each. */
  private static final int FILEID_INO32_GEN = 1;

  /** From fs/xfs/xfs_export.h: the number has 64 bits. */
  private static final int XFS_FILEID_TYPE_64FLAG = 0x80;

  /** xfs_fs.h; ioctl_xfs_bulkstat(2). */
  private static final long XFS_IOC_BULKSTAT = 0x8040587fL;

  private static final int BULK_REQUEST = 64;
  private static final int BULK_RECORD = 192;
  private static final int BULK_GENERATION = 64;

  private final Directory top;
  private final FilesystemKind kind;

  InodeNumbers(Directory top, FilesystemKind kind) {
    this.top = top;
    this.kind = kind;
  }

  /** Opens with O_PATH. */
  Fd open(long inode) {
    try {
      FileHandle handle =
          switch (kind) {
            case EXT4 -> ext4(inode);
            case XFS -> xfs(inode);
          };
      return handle.openOnMountOf(top.fd(), Fd.O_PATH);
    } catch (SystemCallException e) {
      if (e.is(Errno.ESTALE, Errno.ENOENT, Errno.EINVAL)) {
        throw missing(inode, e);
      }
      throw e;
    }
  }

  /** Generation 0 means any; fs/ext4/super.c, ext4_nfs_get_inode. */
  private static FileHandle ext4(long inode) {
    return new FileHandle(
        FILEID_INO32_GEN,
        ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt((int) inode).array());
  }

  /** Asks for the generation, which xfs wants to have right. */
  private FileHandle xfs(long inode) {
    ByteBuffer bulk =
        ByteBuffer.allocate(BULK_REQUEST + BULK_RECORD).order(ByteOrder.nativeOrder());
    bulk.putLong(0, inode).putInt(12, 1);
    top.fd().ioctl(XFS_IOC_BULKSTAT, "XFS_IOC_BULKSTAT", bulk.array());
    if (bulk.getInt(16) != 1 || bulk.getLong(BULK_REQUEST) != inode) {
      throw missing(inode, null);
    }
    return new FileHandle(
        XFS_FILEID_TYPE_64FLAG | FILEID_INO32_GEN,
        ByteBuffer.allocate(12)
            .order(ByteOrder.nativeOrder())
            .putLong(inode)
            .putInt(bulk.getInt(BULK_REQUEST + BULK_GENERATION))
            .array());
  }

  private NotFoundException missing(long inode, SystemCallException reason) {
    return new NotFoundException(
        "inode " + inode + " is not in the snapshot", "take the checkpoint again", reason);
  }
}
