package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.Sealing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The inodes that a restart needs, found in the view and held by O_PATH descriptors, through which
 * they are opened as often as wanted. Those that were relinked are known to the kernel by their
 * original names: {@code /proc/PID/fd} shows them as deleted. Where the view is on NFS, its client
 * gives files without a name one of its own, and loses folders without a name: those keep theirs.
 */
final class Anchors implements AutoCloseable {
  /** f_type of statfs(2). */
  private static final long NFS = 0x6969;

  private static final int FS_IMMUTABLE = 0x10;
  private static final int FS_APPEND_ONLY = 0x20;

  private record Way(RawPath path, Optional<RawPath> relinked) {}

  private final Directory top;
  private final Manifest manifest;
  private final boolean live;
  private final boolean onNfs;
  private final Map<Way, Fd> anchors = new LinkedHashMap<>();
  private final Map<Way, Integer> uses = new HashMap<>();
  private final List<Fd> kept = new ArrayList<>();
  private final List<LiftedFlags> lifted = new ArrayList<>();

  /** Chattr flags to be set again. */
  private record LiftedFlags(Fd fd, int flags) {}

  /**
   * @param live whether the view is the live tree: others would see an original name that is back
   *     for a moment, or a file that is not immutable, so there is none of either
   */
  Anchors(Directory top, Manifest manifest, boolean live) {
    this.top = top;
    this.manifest = manifest;
    this.live = live;
    this.onNfs = top.fd().filesystemType() == NFS;
    manifest.descriptions().forEach(one -> use(one.path(), one.relinked()));
    for (ProcessRecord process : manifest.processes()) {
      process.mappings().forEach(one -> use(one.path(), one.relinked()));
      Stream.of(process.cwd(), process.root(), process.executable())
          .flatMap(Optional::stream)
          .filter(ProcessRecord.Place::onTarget)
          .forEach(one -> use(one.path(), one.relinked()));
    }
  }

  private void use(RawPath path, Optional<RawPath> relinked) {
    uses.merge(new Way(path, relinked), 1, Integer::sum);
  }

  /** Closes an anchor when the last description that needs it is open: there may be thousands. */
  void release(RawPath path, Optional<RawPath> relinked) {
    Way way = new Way(path, relinked);
    if (uses.merge(way, -1, Integer::sum) == 0) {
      anchors.remove(way).close();
    }
  }

  /**
   * An inode by its name or, if it was relinked, by that, whatever has its name now; until {@link
   * #release}.
   */
  Fd of(RawPath path, Optional<RawPath> relinked, Stat.Kind kind) {
    return anchors.computeIfAbsent(new Way(path, relinked), way -> open(way, kind));
  }

  /** An inode of any kind, until this object is closed. */
  Fd of(RawPath path, Optional<RawPath> relinked) {
    return anchors.computeIfAbsent(new Way(path, relinked), this::open);
  }

  /** Closes {@code fd} with this object. */
  Fd keep(Fd fd) {
    kept.add(fd);
    return fd;
  }

  private Fd open(Way way, Stat.Kind kind) {
    return open(way).prepared(anchor -> require(kind, anchor, way));
  }

  private static void require(Stat.Kind kind, Fd anchor, Way way) {
    if (anchor.stat().kind() != kind) {
      throw new DamagedException(
          way.relinked().orElse(way.path()) + ": is no " + kind + " in the snapshot",
          "correct or drop its entry in the manifest");
    }
  }

  private Fd open(Way way) {
    RawPath name = way.relinked().orElse(way.path());
    try {
      Fd inode = top.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW);
      if (live) {
        return inode;
      }
      inode.prepared(this::liftProtection);
      if (way.relinked().isEmpty() || keepsName(inode)) {
        return inode;
      }
      try (inode) {
        return OriginalName.restore(top, way.relinked().get(), way.path(), inode.stat());
      }
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)) {
        throw new NotFoundException(
            name + ": is not in the snapshot, though the manifest says so",
            "correct or drop its entry in the manifest",
            e);
      }
      throw e;
    }
  }

  private boolean keepsName(Fd inode) {
    return onNfs && inode.stat().isDirectory();
  }

  /** An immutable file can't be opened for writing, moved or unlinked; chattr(1). */
  private void liftProtection(Fd inode) {
    Stat stat = inode.stat();
    if (stat.isProtected() && (stat.kind() == Stat.Kind.FILE || stat.isDirectory())) {
      Fd fd = keep(inode.reopen(Fd.O_RDONLY | Fd.O_NONBLOCK));
      int flags = fd.inodeFlags();
      lifted.add(new LiftedFlags(fd, flags));
      fd.setInodeFlags(flags & ~(FS_IMMUTABLE | FS_APPEND_ONLY));
    }
  }

  /**
   * Takes from the view what the checkpoint added: each relink, opened or not, and the manifest.
   * Then it is as the filesystem was.
   */
  void removeRelinks() {
    for (Relink relink : manifest.relinks()) {
      removeRelink(relink);
    }
    remove(manifest.manifestPath());
    manifest.relinks().stream()
        .map(relink -> relink.relinked().parent())
        .distinct()
        .forEach(this::removeFolders);
    removeFolders(manifest.manifestPath().parent());
    for (LiftedFlags flags : lifted) {
      flags.fd().setInodeFlags(flags.flags());
      flags.fd().close();
    }
    lifted.clear();
  }

  private void removeRelink(Relink relink) {
    try (Fd inode = top.openBeneath(relink.relinked(), Fd.O_PATH | Fd.O_NOFOLLOW)) {
      if (keepsName(inode)) {
        return;
      }
      if (!live) {
        liftProtection(inode);
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      return;
    }
    remove(relink.relinked());
  }

  private void remove(RawPath path) {
    try (Directory parent = top.openDirectory(path.parent())) {
      parent.removeTree(path.name());
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** Removes the private folder, and those above it that were made for checkpoints. */
  private void removeFolders(RawPath privateFolder) {
    boolean removed = removeIfEmpty(privateFolder);
    for (RawPath above = privateFolder.parent();
        removed && !above.isEmpty() && isMadeForCheckpoints(above);
        above = above.parent()) {
      removed = removeIfEmpty(above);
    }
  }

  private boolean isMadeForCheckpoints(RawPath path) {
    try (Directory folder = top.openDirectory(path)) {
      return ExtendedAttributes.isMarked(folder.fd(), Sealing.MADE_FOR_CHECKPOINTS);
    }
  }

  private boolean removeIfEmpty(RawPath path) {
    try (Directory parent = top.openDirectory(path.parent())) {
      parent.removeDirectory(path.name());
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTEMPTY, Errno.ENOTDIR)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    anchors.values().forEach(Fd::close);
    kept.forEach(Fd::close);
  }
}
