package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.verify.InodeDigest;
import dev.orchestrate.linux.Contents;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.Metadata;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;

/**
 * Makes inodes as they are stored: contents, owner, mode, extended attributes and dates. An inode
 * that is there already is never given another owner or mode instead: it may be somebody else's,
 * who could be robbed of it so.
 */
final class NewInode {
  private NewInode() {}

  /**
   * Makes one that is no folder.
   *
   * @param folder that nobody else can reach
   * @param goOn fails if it is not to go on
   */
  static void make(Inode stored, Directory folder, RawPath name, Runnable goOn) {
    switch (stored.stat().kind()) {
      case FILE -> {
        try (Fd source = stored.openData();
            Fd file = folder.create(name)) {
          Contents.copyNoCow(source, file);
          Contents.share(source, file, stored.stat().size(), goOn);
          giveMetadata(stored, file);
        }
        return;
      }
      case SYMLINK -> folder.makeSymlink(name, stored.target());
      default -> folder.makeNode(name, stored.stat().kind(), stored.stat().rawDevice());
    }
    try (Fd made = folder.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      giveMetadata(stored, made);
    }
  }

  /** Gives an inode all but contents, by its descriptor. */
  static void giveMetadata(Inode stored, Fd inode) {
    Stat wanted = stored.stat();
    try (Fd from = stored.openPath()) {
      Metadata.give(inode, wanted);
      ExtendedAttributes.replace(from, inode, InodeDigest.OVERLAY);
    }
  }
}
