package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.FileHandle;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Sealing.Revival;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Names for inodes of a snapshot that could not get one in the live tree, as chattr +i forbids. */
final class Revivals {
  /** From linux/exportfs.h; the layout is struct btrfs_fid, without what follows the generation. */
  private static final int FILEID_BTRFS_WITHOUT_PARENT = 0x4d;

  private static final int HANDLE_LENGTH = 20;

  private Revivals() {}

  /**
   * @param snapshot writable
   * @param revivals all in the volume that the snapshot is of
   */
  static void revive(Directory snapshot, List<Revival> revivals) {
    for (Revival revival : revivals) {
      RawPath relinked = revival.relinked().relativeTo(revival.volume());
      try (Fd inode = open(snapshot, revival.inode());
          Directory folder = Sealing.makeFolder(snapshot, relinked.parent())) {
        link(inode, folder, relinked.name());
      } catch (SystemCallException e) {
        throw Failures.of(
            e,
            "giving inode " + revival.inode() + " a name in the snapshot",
            "CAP_DAC_READ_SEARCH and CAP_LINUX_IMMUTABLE");
      }
    }
  }

  private static void link(Fd inode, Directory folder, RawPath name) {
    if (!inode.stat().isProtected()) {
      inode.link(folder, name);
      return;
    }
    try (Fd file = inode.reopen(Fd.O_RDONLY | Fd.O_NONBLOCK)) {
      int flags = Protection.lift(file);
      file.link(folder, name);
      file.setInodeFlags(flags);
    }
  }

  /** An inode has the same number in a snapshot. Generation 0 means any; fs/btrfs/export.c. */
  private static Fd open(Directory snapshot, long inode) {
    byte[] handle =
        ByteBuffer.allocate(HANDLE_LENGTH)
            .order(ByteOrder.nativeOrder())
            .putLong(inode)
            .putLong(BtrfsIoctl.subvolumeId(snapshot.fd()))
            .array();
    try {
      return new FileHandle(FILEID_BTRFS_WITHOUT_PARENT, handle)
          .openOnMountOf(snapshot.fd(), Fd.O_PATH);
    } catch (SystemCallException e) {
      if (e.is(Errno.ESTALE, Errno.ENOENT)) {
        throw new NotFoundException(
            "inode " + inode + " is not in the snapshot " + snapshot.subject(),
            "take the checkpoint again",
            e);
      }
      throw e;
    }
  }
}
