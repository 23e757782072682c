package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.live.PrivateFolder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gives stored inodes with several names one live inode: the first of the names gets it, the others
 * are links to that.
 */
final class SharedInodes {
  private final Directory top;
  private final Runnable goOn;
  private final LinkGroups groups = new LinkGroups();
  private final Map<InodeKey, Kept> kept = new HashMap<>();
  private final Map<InodeKey, RawPath> made = new HashMap<>();

  /** One that stays in the live tree, and how it was found. */
  private record Kept(RawPath path, Stat stat) {}

  /**
   * @param top of the live tree
   * @param goOn fails if it is not to go on: asked within large files
   */
  SharedInodes(Directory top, Runnable goOn) {
    this.top = top;
    this.goOn = goOn;
  }

  boolean fit(Stat stored, Stat live) {
    return groups.fit(stored, live);
  }

  /** A name keeps its inode. */
  void keep(Stat stored, RawPath path, Stat live) {
    groups.join(stored, live);
    if (stored.links() > 1) {
      kept.putIfAbsent(stored.key(), new Kept(path, live));
    }
  }

  /** Makes a name in a folder that is private, for a new inode, or one that was there before. */
  void make(Inode stored, PrivateFolder place, Directory folder, RawPath name) {
    Optional<Fd> before = open(stored.stat(), place);
    if (before.isPresent()) {
      try (Fd inode = before.get()) {
        inode.link(folder, name);
      }
      return;
    }
    NewInode.make(stored, folder, name, goOn);
    if (stored.stat().links() > 1) {
      try (Fd inode = folder.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
        remember(stored.stat(), place, inode);
      }
    }
  }

  /**
   * Makes a name in a folder that is private for a live inode.
   *
   * @return whether it was the one that was compared, and not another by now
   */
  boolean adopt(Inode stored, Inode now, PrivateFolder place, Directory folder, RawPath name) {
    try (Fd inode = now.openPath()) {
      if (!inode.stat().isSameInode(now.stat())) {
        return false;
      }
      inode.link(folder, name);
      remember(stored.stat(), place, inode);
      return true;
    }
  }

  /** Keeps it in reach where nobody else can exchange it, until all is done. */
  private void remember(Stat stored, PrivateFolder place, Fd inode) {
    if (stored.links() > 1 && !made.containsKey(stored.key())) {
      RawPath link = place.newName();
      inode.link(place.directory(), link);
      made.put(stored.key(), link);
    }
    groups.join(stored, inode.stat());
  }

  private Optional<Fd> open(Stat stored, PrivateFolder place) {
    RawPath link = made.get(stored.key());
    if (link != null) {
      return Optional.of(place.directory().openBeneath(link, Fd.O_PATH | Fd.O_NOFOLLOW));
    }
    return Optional.ofNullable(kept.get(stored.key())).map(this::open);
  }

  private Fd open(Kept before) {
    return top.openBeneath(before.path(), Fd.O_PATH | Fd.O_NOFOLLOW)
        .prepared(inode -> requireSame(inode.stat(), before));
  }

  private static void requireSame(Stat now, Kept before) {
    Stat then = before.stat();
    if (!now.isSameInode(then)
        || now.mode() != then.mode()
        || !now.isOwnedAs(then)
        || now.size() != then.size()
        || !now.isModifiedWith(then)) {
      throw new ConflictException(
          before.path() + ": somebody else changes it meanwhile", "end who does that");
    }
  }
}
