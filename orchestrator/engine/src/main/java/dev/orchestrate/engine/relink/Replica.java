package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.Contents;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;

/**
 * New inodes in the place of orphans, alike in contents, owner, mode, times, ACLs and attributes.
 * It keeps its meaning as no name reaches the old inode, and everything that holds it is restarted
 * on the new one.
 */
final class Replica {
  private Replica() {}

  static void directory(Fd orphan, Stat stat, Directory folder, RawPath name) {
    folder.makeDirectory(name, 0700);
    copyMetadata(orphan, stat, folder, name);
  }

  static void node(Fd orphan, Stat stat, Directory folder, RawPath name) {
    folder.makeNode(name, stat.kind(), stat.rawDevice());
    copyMetadata(orphan, stat, folder, name);
  }

  /** Shares the orphan's blocks: no data is read or written, whatever the size. */
  static void clone(Fd orphan, Stat stat, Directory folder, RawPath name) {
    try (Fd source = orphan.reopen(Fd.O_RDONLY);
        Fd file = folder.create(name)) {
      Contents.copyNoCow(source, file);
      file.cloneFrom(source);
    }
    copyMetadata(orphan, stat, folder, name);
  }

  /** Shares the blocks if the folder is on a filesystem that can, else copies. */
  static void share(Fd orphan, Stat stat, Directory folder, RawPath name) {
    try (Fd source = orphan.reopen(Fd.O_RDONLY);
        Fd file = folder.create(name)) {
      Contents.share(source, file, stat.size());
    }
    copyMetadata(orphan, stat, folder, name);
  }

  static void copy(Fd orphan, Stat stat, Directory folder, RawPath name) {
    try (Fd source = orphan.reopen(Fd.O_RDONLY);
        Fd file = folder.create(name)) {
      Contents.copy(source, file, stat.size());
    }
    copyMetadata(orphan, stat, folder, name);
  }

  private static void copyMetadata(Fd orphan, Stat stat, Directory folder, RawPath name) {
    folder.setMetadata(name, stat);
    try (Fd replica = folder.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      ExtendedAttributes.copy(orphan, replica);
    }
  }
}
