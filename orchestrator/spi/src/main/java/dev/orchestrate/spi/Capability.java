package dev.orchestrate.spi;

/** What a backend can do beyond the phases that all have. */
public enum Capability {
  /** All files are of one moment, also those that processes write to which are not frozen. */
  ATOMIC,
  /** ioctl FICLONE works, so that an orphan costs no copy. */
  SHARES_BLOCKS,
  /** {@link SnapshotBackend#seal} can give a name to an inode that has another one. */
  REVIVES_NAMED,
  /** {@link SnapshotBackend#seal} can give a name to an inode that has none. */
  REVIVES_ORPHANS,
  /**
   * {@link SnapshotBackend#staging} is a folder that takes the contents of files without a name, so
   * that they need none in the live tree.
   */
  STAGES_CONTENTS,
  /**
   * What is stored is the live tree itself: the relinked names stay there, until {@link
   * SnapshotBackend#delete} removes them.
   */
  KEEPS_RELINKS,
  /**
   * {@link SnapshotBackend#locateReceived} and {@link SnapshotBackend#receive} take a tree that a
   * checkpoint on another host, or by another backend, stored.
   */
  RECEIVES,
  /**
   * What is stored stays whole though all of the live tree is written anew, as a rollback may do:
   * it does not run full, nor is it the live tree itself.
   */
  ROLLS_BACK
}
