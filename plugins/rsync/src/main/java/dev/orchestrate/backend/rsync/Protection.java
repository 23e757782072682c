package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Fd;

/** The immutable and append-only flags of chattr(1), which forbid new names and removal. */
final class Protection {
  private static final int IMMUTABLE_OR_APPEND_ONLY = 0x30;

  private Protection() {}

  /**
   * Takes the flags away.
   *
   * @return all flags as they were before
   */
  static int lift(Fd inode) {
    int flags = inode.inodeFlags();
    inode.setInodeFlags(flags & ~IMMUTABLE_OR_APPEND_ONLY);
    return flags;
  }
}
