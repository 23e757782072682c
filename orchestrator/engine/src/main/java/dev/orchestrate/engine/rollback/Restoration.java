package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.checkpoint.CheckpointId;
import dev.orchestrate.engine.diff.InodeComparison;
import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.engine.diff.Side;
import dev.orchestrate.engine.verify.InodeDigest;
import dev.orchestrate.linux.Contents;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the live tree as the stored one is, name by name. What is the same stays, inode and all;
 * other contents come as a new inode that takes the name in one step, rename(2), so that no file is
 * ever half old and half new. Can be repeated after an interruption: what is done is found the same
 * then.
 */
final class Restoration implements PairWalk.Visitor {
  private static final RawPath SELF = RawPath.of(".");

  private final Directory top;
  private final Side live;
  private final InodeComparison inodes;

  /** Of stored inodes with several names: by which name the live tree has them already. */
  private final Map<Key, RawPath> restored = new HashMap<>();

  /** Of live inodes with several names: which stored inode they stand for now. */
  private final Map<Key, Key> claimed = new HashMap<>();

  /**
   * @param top of the live tree
   */
  Restoration(Directory top, Side live, InodeComparison inodes) {
    this.top = top;
    this.live = live;
    this.inodes = inodes;
  }

  private record Key(long device, long inode) {
    static Key of(Stat stat) {
      return new Key(stat.device(), stat.inode());
    }
  }

  @Override
  public PairWalk.Descent visit(PairWalk.Pair pair) {
    pair.afterStat().filter(live::isMountPoint).ifPresent(stat -> refuseMount(pair.path()));
    Directory folder = pair.afterFolder().orElseThrow(() -> vanished(pair.path()));
    if (pair.before().isEmpty()) {
      folder.removeTree(pair.name());
      return PairWalk.Descent.NONE;
    }
    Inode stored = pair.before().get();
    if (pair.isFolderBefore() != pair.isFolderAfter()) {
      folder.removeTree(pair.name());
    }
    if (pair.isFolderBefore()) {
      restoreFolder(stored, folder, pair.after().filter(one -> pair.isFolderAfter()));
      return PairWalk.Descent.BOTH;
    }
    restore(stored, folder, pair.path(), pair.after().filter(one -> !pair.isFolderAfter()));
    return PairWalk.Descent.NONE;
  }

  private static void refuseMount(RawPath path) {
    throw new ConflictException("something is mounted at " + path + " now", "unmount it");
  }

  private static ConflictException vanished(RawPath path) {
    return new ConflictException(
        "somebody else removes folders above " + path, "end who does that");
  }

  private void restoreFolder(Inode stored, Directory folder, Optional<Inode> now) {
    if (now.isEmpty()) {
      folder.makeDirectory(stored.name(), 0700);
      setMetadata(stored, folder, stored.name());
    } else if (!inodes.differences(stored, now.get()).isEmpty()) {
      setMetadata(stored, folder, stored.name());
    }
  }

  /** Only now, as what was restored in it has changed its date. */
  @Override
  public void leave(RawPath path, Optional<Directory> before, Optional<Directory> after) {
    Directory folder = after.orElseThrow(() -> vanished(path));
    Inode stored = new Inode(before.orElseThrow(), SELF, before.orElseThrow().stat());
    Inode now = new Inode(folder, SELF, folder.stat());
    if (!stored.stat().isModifiedWith(now.stat()) || !inodes.differences(stored, now).isEmpty()) {
      setMetadata(stored, folder, SELF);
    }
  }

  private void restore(Inode stored, Directory folder, RawPath path, Optional<Inode> now) {
    Key key = Key.of(stored.stat());
    Optional<RawPath> first = Optional.ofNullable(restored.get(key));
    if (first.isPresent()) {
      link(first.get(), folder, stored.name(), now);
      return;
    }
    Optional<Inode> usable = now.filter(one -> isUnclaimed(one, key));
    if (usable.filter(one -> inodes.differences(stored, one).isEmpty()).isEmpty()) {
      if (usable.filter(one -> inodes.haveSameContent(stored, one)).isPresent()) {
        setMetadata(stored, folder, stored.name());
      } else {
        replace(stored, folder);
      }
    }
    remember(key, stored.stat(), folder, stored.name(), path);
  }

  private boolean isUnclaimed(Inode now, Key stored) {
    Key by = claimed.get(Key.of(now.stat()));
    return by == null || by.equals(stored);
  }

  private void remember(Key key, Stat stored, Directory folder, RawPath name, RawPath path) {
    if (stored.links() > 1) {
      restored.put(key, path);
    }
    folder
        .entry(name)
        .filter(now -> now.links() > 1)
        .ifPresent(now -> claimed.put(Key.of(now), key));
  }

  /** A further name of what was restored before. */
  private void link(RawPath first, Directory folder, RawPath name, Optional<Inode> now) {
    try (Fd inode = top.openBeneath(first, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      if (now.filter(one -> one.stat().isSameInode(inode.stat())).isPresent()) {
        return;
      }
      RawPath temporary = temporaryName();
      inode.link(folder, temporary);
      folder.replace(temporary, folder, name);
    }
  }

  private static void replace(Inode stored, Directory folder) {
    RawPath temporary = temporaryName();
    switch (stored.stat().kind()) {
      case FILE -> copy(stored, folder, temporary);
      case SYMLINK -> folder.makeSymlink(temporary, stored.target());
      default -> folder.makeNode(temporary, stored.stat().kind(), stored.stat().rawDevice());
    }
    setMetadata(stored, folder, temporary);
    folder.replace(temporary, folder, stored.name());
  }

  private static void copy(Inode stored, Directory folder, RawPath name) {
    try (Fd source = stored.openData();
        Fd file = folder.create(name)) {
      Contents.copyNoCow(source, file);
      Contents.share(source, file, stored.stat().size());
    }
  }

  /** One that is left by an interruption is in no stored tree, and so goes with the next run. */
  private static RawPath temporaryName() {
    return RawPath.of(".orchestrate-rollback-" + CheckpointId.random());
  }

  private static void setMetadata(Inode stored, Directory folder, RawPath name) {
    folder.setMetadata(name, stored.stat());
    try (Fd from = stored.openPath();
        Fd to = folder.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      ExtendedAttributes.replace(from, to, InodeDigest.OVERLAY);
    }
  }
}
