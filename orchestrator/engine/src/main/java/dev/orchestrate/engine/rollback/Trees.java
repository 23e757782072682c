package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.diff.InodeComparison;
import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.diff.OwnNames;
import dev.orchestrate.engine.diff.Side;
import dev.orchestrate.engine.live.LiveTree;
import dev.orchestrate.engine.live.OwnFolders;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.view.StoredTree;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotSupportedException;
import java.util.Optional;

/**
 * What is stored, what is live, and how they are compared.
 *
 * @param own what of the live tree is this program's
 */
record Trees(
    StoredTree stored,
    Directory top,
    Side before,
    Side live,
    InodeComparison inodes,
    OwnFolders own)
    implements AutoCloseable {
  private static final long BTRFS = 0x9123683EL;

  static Trees open(Catalog catalog, Backends backends, Manifest checkpoint) {
    Directory top = LiveTree.openToChange(checkpoint);
    try {
      OwnFolders own = OwnFolders.in(checkpoint.target().path(), catalog, backends);
      own.requireAllThere(checkpoint.target().path());
      OwnNames names = OwnNames.of(catalog, own.paths());
      StoredTree stored =
          StoredTree.open(
              catalog,
              backends.byName(checkpoint.backend()),
              checkpoint,
              () -> isLiveTree(checkpoint));
      return new Trees(
          stored,
          top,
          new Side(stored.top(), names),
          new Side(top, names),
          new InodeComparison(checkpoint.created()),
          own);
    } catch (RuntimeException e) {
      top.close();
      throw e;
    }
  }

  /**
   * The same, if the top of the live tree is the inode that it was; else closed.
   *
   * @throws ConflictException if something else is at its path by now
   */
  Trees withTop(InodeKey then) {
    if (top.stat().key().equals(then)) {
      return this;
    }
    close();
    throw new ConflictException(
        top.subject() + ": is another folder now than the one that was looked at",
        "nothing was changed; end who mounts or moves folders there, and try again");
  }

  private static NotSupportedException isLiveTree(Manifest checkpoint) {
    return new NotSupportedException(
        "checkpoint "
            + checkpoint.id()
            + ": can't be rolled back to, as "
            + checkpoint.backend()
            + " stores no copy: the files stay in the live tree",
        "choose a backend that stores them; see: orchestrate backends "
            + checkpoint.target().path());
  }

  /** A folder itself, as one that has a name. */
  static Inode self(Directory folder) {
    return new Inode(folder, RawPath.of("."), folder.stat());
  }

  boolean differ(Inode stored, Inode now) {
    return !inodes.differences(stored, now).isEmpty();
  }

  /** Whether files come back without a copy of their data; ioctl_ficlone(2). */
  boolean shareBlocks() {
    return top.fd().filesystemType() == BTRFS && stored.top().fd().filesystemType() == BTRFS;
  }

  /** On the same mount, yet with a device number of its own: a subvolume of btrfs. */
  static boolean isVolume(Optional<Stat> stat, Optional<Directory> parent) {
    return stat.filter(Stat::isDirectory).isPresent()
        && stat.get().device() != parent.orElseThrow().stat().device();
  }

  @Override
  public void close() {
    try (top) {
      stored.close();
    }
  }
}
