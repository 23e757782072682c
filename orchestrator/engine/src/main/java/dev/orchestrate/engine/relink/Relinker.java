package dev.orchestrate.engine.relink;

import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.engine.manifest.Relink.Strategy;
import dev.orchestrate.engine.openfiles.Held;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.InodeState;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Sealing.Revival;
import dev.orchestrate.spi.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Gives unlinked inodes names in the live tree, for the snapshot to find. Closing it takes away, as
 * far as that goes, those that were neither kept nor removed; the rest is for whoever undoes the
 * checkpoint.
 */
public final class Relinker implements AutoCloseable {
  private final RelinkTemplate template;
  private final String id;
  private final Map<Long, Volume> volumes = new HashMap<>();
  private final Set<Capability> capabilities;
  private final RelinkFolders folders;
  private final Map<InodeKey, Relink> relinks = new LinkedHashMap<>();
  private final List<Revival> revivals = new ArrayList<>();
  private final EarlyCopies copies = new EarlyCopies();
  private Optional<Staging> staging = Optional.empty();

  /**
   * @param top of the target; stays open as long as this object
   */
  public Relinker(
      Directory top,
      RelinkTemplate template,
      String id,
      List<Volume> volumes,
      Set<Capability> capabilities) {
    this.template = template;
    this.id = id;
    volumes.forEach(volume -> this.volumes.put(volume.device(), volume));
    this.capabilities = capabilities;
    this.folders = new RelinkFolders(top, template.folder(id));
  }

  /**
   * Relinks while the process still runs, where that is harmless. Inodes that have a name are
   * linked; a file opened with O_TMPFILE could never get its real name once a link to it has been
   * removed. Where blocks are shared, orphans are cloned: that is done again while the process
   * stands still if they change until then.
   */
  public void relinkEarly(Held held, RawPath original) {
    Strategy strategy = strategyFor(held.state());
    boolean harmless = strategy == Strategy.LINK || strategy == Strategy.CLONE;
    if (harmless && !isDone(held)) {
      try (Fd inode = held.open()) {
        Stat stat = inode.stat();
        // by now the descriptor may lead elsewhere, or the last name be gone
        if (stat.state().isSameInode(held.state()) && strategyFor(stat.state()) == strategy) {
          relink(held, inode, stat, original);
        }
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
          throw failure(e, held, original);
        }
      }
    }
  }

  /** What is to be tried; not every inode can be linked. */
  private Strategy strategyFor(InodeState state) {
    if (state.isDirectory()) {
      return Strategy.DIRECTORY;
    }
    if (state.links() > 0) {
      return Strategy.LINK;
    }
    if (capabilities.contains(Capability.REVIVES_ORPHANS)) {
      return Strategy.REVIVE;
    }
    if (state.kind() != Stat.Kind.FILE) {
      return Strategy.NODE;
    }
    return staging.isEmpty() && capabilities.contains(Capability.SHARES_BLOCKS)
        ? Strategy.CLONE
        : Strategy.COPY;
  }

  /** From now on, contents without a name are put into this folder; it is closed with this. */
  public void stageIn(Directory folder) {
    staging = Optional.of(new Staging(folder, copies));
  }

  /** Copies what will need no name in the live tree, while its process still runs. */
  public void stageEarly(Held held, RawPath original) {
    if (staging.isPresent() && strategyFor(held.state()) == Strategy.COPY) {
      try (Fd inode = held.open()) {
        if (!inode.stat().state().isSameInode(held.state())) {
          return; // by now the descriptor leads elsewhere
        }
        staging.get().copy(held.key(), inode, name(held, original));
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
          throw failure(e, held, original);
        }
      }
    }
  }

  private RawPath name(Held held, RawPath original) {
    return template.name(id, held.state().inode(), original.name());
  }

  /** These inodes may change without a trace in their times. */
  public void expectChanges(Stream<Held> inodes) {
    inodes.map(Held::key).forEach(copies::expectChange);
  }

  /**
   * Gives an inode a name, once, however many descriptors lead to it. What was done early is done
   * again if it is out of date; what was linked early may have another size since.
   */
  public Relink relink(Held held, RawPath original) {
    if (isDone(held)) {
      return relinks.compute(held.key(), (key, done) -> done.withSize(held.state().size()));
    }
    try (Fd inode = held.open()) {
      Stat stat = inode.stat();
      if (!stat.state().isSameInode(held.state())) {
        throw new ConflictException(
            held.link() + ": leads to another file now than a moment ago",
            "something changes descriptors of frozen processes; end it, and try again");
      }
      relink(held, inode, stat, original);
    } catch (SystemCallException e) {
      throw failure(e, held, original);
    }
    return relinks.get(held.key());
  }

  /** The same for what is relinked already and has not changed since; empty for all else. */
  public Optional<Relink> ifRelinked(Held held, RawPath original) {
    return isDone(held) ? Optional.of(relink(held, original)) : Optional.empty();
  }

  private boolean isDone(Held held) {
    Relink known = relinks.get(held.key());
    return known != null
        && (known.strategy() != Strategy.CLONE || isCurrentClone(held.key(), held.state()));
  }

  private boolean isCurrentClone(InodeKey key, InodeState state) {
    return state.links() == 0 && copies.isUpToDate(key, state);
  }

  private void relink(Held held, Fd inode, Stat stat, RawPath original) {
    Volume volume = volumes.get(held.state().device());
    RawPath name = name(held, original);
    RawPath relinked = volume.path().resolve(template.folder(id)).resolve(name);
    Relink outOfDate = relinks.remove(held.key());
    if (outOfDate != null) {
      folders.in(volume).directory().unlink(outOfDate.relinked().name());
    }
    Strategy strategy = relink(held.key(), inode, stat, volume, name, relinked);
    relinks.put(
        held.key(),
        new Relink(
            stat.inode(), original, relinked, strategy, stat.kind(), stat.size(), stat.links()));
  }

  private Strategy relink(
      InodeKey key, Fd inode, Stat stat, Volume volume, RawPath name, RawPath relinked) {
    Strategy strategy = strategyFor(stat.state());
    switch (strategy) {
      case DIRECTORY -> Replica.directory(inode, stat, folders.in(volume).directory(), name);
      case LINK -> {
        return link(inode, stat, volume, name, relinked);
      }
      case REVIVE -> revivals.add(new Revival(volume.path(), stat.inode(), relinked));
      case NODE -> makeNode(inode, stat, folders.in(volume), name);
      case CLONE -> {
        Instant begun = Instant.now();
        clone(inode, stat, folders.in(volume), name);
        copies.add(key, stat.state(), begun);
      }
      case COPY -> copy(key, inode, stat, volume, name);
    }
    return strategy;
  }

  private Strategy link(Fd inode, Stat stat, Volume volume, RawPath name, RawPath relinked) {
    try {
      inode.link(folders.in(volume).onMountOf(inode), name);
      return Strategy.LINK;
    } catch (SystemCallException e) {
      // an immutable inode, or a process whose mount is read-only
      boolean revivable =
          e.is(Errno.EPERM, Errno.EROFS, Errno.EXDEV)
              && capabilities.contains(Capability.REVIVES_NAMED);
      if (!revivable) {
        if (e.is(Errno.EPERM) && stat.isProtected()) {
          throw ProtectedInode.failure(inode, e);
        }
        throw e;
      }
      revivals.add(new Revival(volume.path(), stat.inode(), relinked));
      return Strategy.REVIVE;
    }
  }

  private static void makeNode(Fd orphan, Stat stat, RelinkFolder folder, RawPath name) {
    if (stat.kind() == Stat.Kind.SYMLINK) {
      throw new NotSupportedException(
          orphan.subject() + ": an unlinked symbolic link can't be kept", "close it");
    }
    Replica.node(orphan, stat, folder.directory(), name);
  }

  private void copy(InodeKey key, Fd orphan, Stat stat, Volume volume, RawPath name) {
    if (staging.isPresent()) {
      staging.get().copy(key, orphan, name);
    } else {
      Replica.copy(orphan, stat, folders.in(volume).directory(), name);
    }
  }

  /** FICLONE wants one mount until Linux 5.17, and one filesystem since. */
  private static void clone(Fd orphan, Stat stat, RelinkFolder folder, RawPath name) {
    try {
      Replica.clone(orphan, stat, folder.onMountOf(orphan), name);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EROFS)) {
        throw e;
      }
      Replica.clone(orphan, stat, folder.directory(), name);
    }
  }

  private RuntimeException failure(SystemCallException e, Held held, RawPath original) {
    RawPath name = name(held, original);
    if (e.is(Errno.EEXIST)) {
      return new ConflictException(
          "relinking " + original + ": the name " + name + " is taken",
          "let --relink-template contain {inode}",
          e);
    }
    if (e.is(Errno.ENAMETOOLONG)) {
      return new ConflictException(
          "relinking " + original + ": the name " + name + " is too long",
          "choose a shorter --relink-template",
          e);
    }
    return Failures.of(e, "relinking " + original, "CAP_DAC_READ_SEARCH and CAP_FOWNER");
  }

  /** What the backend has to do once the processes run again. */
  public List<Revival> revivals() {
    return List.copyOf(revivals);
  }

  /** Writes the new names to the disk, so that the snapshot need not. */
  public void sync() {
    folders.sync();
  }

  /** Leaves the names in the live tree: they are what is stored. */
  public void keepNames() {
    folders.keep();
  }

  /** Takes the names away from the live tree, once the snapshot has them. */
  public void removeNames() {
    folders.remove();
  }

  @Override
  public void close() {
    staging.ifPresent(Staging::close);
    folders.close();
  }
}
