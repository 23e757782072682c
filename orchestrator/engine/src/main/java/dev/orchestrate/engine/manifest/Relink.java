package dev.orchestrate.engine.manifest;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;

/**
 * An inode that no name reached, or not the name it was opened by, and the name it was given.
 *
 * @param inode its number when the checkpoint was made
 * @param original the name it was opened by, relative to the target; empty if that is not known
 * @param relinked the name in the snapshot, relative to the target
 * @param size in bytes
 * @param links how many names it had
 */
public record Relink(
    long inode,
    RawPath original,
    RawPath relinked,
    Strategy strategy,
    Stat.Kind kind,
    long size,
    int links) {

  /** The same inode when it had this size. */
  public Relink withSize(long now) {
    return now == size ? this : new Relink(inode, original, relinked, strategy, kind, now, links);
  }

  /** How an inode was given a name. */
  public enum Strategy {
    /** A further hard link. */
    LINK,
    /** A new file that shares the blocks of an orphan. */
    CLONE,
    /** A new directory with the owner, mode, times, ACLs and attributes of an unlinked one. */
    DIRECTORY,
    /** A new FIFO, socket name or device, likewise. */
    NODE,
    /** The data copied, as nothing else was possible. */
    COPY,
    /** A name given in the stored snapshot only, after the thaw. */
    REVIVE
  }
}
