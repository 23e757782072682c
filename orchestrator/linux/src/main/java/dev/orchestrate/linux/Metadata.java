package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.AT_FDCWD;
import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Owner, mode and dates of an inode, given through a descriptor of it, for which O_PATH is enough.
 * No name is looked up, so nobody can have another inode changed instead.
 */
public final class Metadata {
  private static final int SET_GROUP_ID = 02000;

  private Metadata() {}

  /**
   * Makes an inode look as another.
   *
   * @throws SystemCallException also if the set-group-ID bit is not there afterwards: chmod(2)
   *     leaves it out without a word if the caller is not of that group
   */
  public static void give(Fd inode, Stat wanted) {
    inode.setOwner(wanted);
    if (wanted.kind() != Stat.Kind.SYMLINK) { // that has no mode of its own
      inode.setPermissions(wanted.permissions());
    }
    boolean setGroupId = (wanted.permissions() & SET_GROUP_ID) != 0;
    if (setGroupId && (inode.stat().permissions() & SET_GROUP_ID) == 0) {
      throw new SystemCallException("chmod g+s", inode.subject().toString(), Errno.EPERM.number());
    }
    giveTimes(inode, wanted);
  }

  /** Only when it was last read and modified. */
  public static void giveTimes(Fd inode, Stat wanted) {
    byte[] times =
        ByteBuffer.allocate(32)
            .order(ByteOrder.nativeOrder())
            .putLong(wanted.accessSeconds())
            .putLong(wanted.accessNanos())
            .putLong(wanted.modifySeconds())
            .putLong(wanted.modifyNanos())
            .array();
    check(
        LIBC.utimensat(AT_FDCWD, inode.procPath().terminated(), times, 0),
        "utimensat",
        inode.subject());
  }
}
