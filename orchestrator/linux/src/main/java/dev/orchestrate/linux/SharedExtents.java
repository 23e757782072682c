package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;

import java.util.Arrays;

/**
 * Where two files of one btrfs have the same blocks, so that their data are known to be the same
 * without being read: as a snapshot and what was written to after it have.
 *
 * <p>Elsewhere nothing is found to be shared. On xfs, the same address may be one of two devices.
 */
final class SharedExtents {
  private static final long BTRFS_SUPER_MAGIC = 0x9123683EL;
  private static final long BTRFS_IOC_FS_INFO = 0x8400941FL;
  private static final int FS_INFO_SIZE = 1024;
  private static final int FS_INFO_FSID = 16;
  private static final int FSID_SIZE = 16;

  private final Extents one;
  private final Extents other;
  private final boolean possible;

  /**
   * @param one that nobody writes to meanwhile, as those of a snapshot's view
   * @param other the same
   */
  SharedExtents(Fd one, Fd other) {
    this.possible = areOfOneBtrfs(one, other);
    this.one = new Extents(one);
    this.other = new Extents(other);
  }

  /**
   * The end of the shared part that begins at {@code at}, which may lie behind the end of the
   * files; {@code at} itself if none does. It may only grow from call to call.
   */
  long end(long at) {
    if (!possible) {
      return at;
    }
    Extents.Extent first = one.at(at);
    Extents.Extent second = other.at(at);
    return first.isPlain() && second.isPlain() && first.address(at) == second.address(at)
        ? Math.min(first.end(), second.end())
        : at;
  }

  private static boolean areOfOneBtrfs(Fd one, Fd other) {
    if (one.filesystemType() != BTRFS_SUPER_MAGIC || other.filesystemType() != BTRFS_SUPER_MAGIC) {
      return false;
    }
    byte[] of = new byte[FS_INFO_SIZE];
    byte[] ofOther = new byte[FS_INFO_SIZE];
    return LIBC.ioctl(one.number(), BTRFS_IOC_FS_INFO, of) == 0
        && LIBC.ioctl(other.number(), BTRFS_IOC_FS_INFO, ofOther) == 0
        && Arrays.equals(
            of,
            FS_INFO_FSID,
            FS_INFO_FSID + FSID_SIZE,
            ofOther,
            FS_INFO_FSID,
            FS_INFO_FSID + FSID_SIZE);
  }
}
