package dev.orchestrate.spi;

/** What a backend can do beyond the phases that all have. */
public enum Capability {
  /** ioctl FICLONE works, so that an orphan costs no copy. */
  SHARES_BLOCKS,
  /** {@link SnapshotBackend#seal} can give a name to an inode that has another one. */
  REVIVES_NAMED,
  /** {@link SnapshotBackend#seal} can give a name to an inode that has none. */
  REVIVES_ORPHANS
}
