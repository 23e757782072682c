package dev.orchestrate.engine.live;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Metadata;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.ConflictException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A folder of mode 0700 at the top of a volume of the live tree, in which nobody else can exchange
 * anything: new inodes are made complete here before they get their names, and old ones come here
 * to be removed. Names change in one step, rename(2), relative to the descriptor of a folder whose
 * path may lead elsewhere by now.
 */
public final class PrivateFolder implements AutoCloseable {
  /** Only one rollback at a time can have it. */
  public static final RawPath NAME = RawPath.of(".orchestrate-rollback");

  private static final int ONLY_OWNER = 0700;
  private static final int SET_GROUP_ID = 02000;
  private static final int ATTEMPTS = 100;

  private final Directory volume;
  private final Directory folder;
  private final OwnFolders own;
  private long names;

  private PrivateFolder(Directory volume, Directory folder, OwnFolders own) {
    this.volume = volume;
    this.folder = folder;
    this.own = own;
    this.names = Arrays.stream(folder.numbers()).max().orElse(0);
  }

  /**
   * Makes it.
   *
   * @param volume its top; closed with this object
   * @param own what is never removed
   * @throws ConflictException if something has the name already
   */
  public static PrivateFolder make(Directory volume, OwnFolders own) {
    Stat before = volume.stat();
    try {
      volume.makeDirectory(NAME, ONLY_OWNER);
      Metadata.giveTimes(volume.fd(), before);
      Directory folder = volume.openDirectory(NAME);
      requireNew(volume, folder);
      return new PrivateFolder(volume, folder, own);
    } catch (SystemCallException e) {
      volume.close();
      throw e.is(Errno.EEXIST, Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP)
          ? inTheWay(volume.subject().resolve(NAME), e)
          : e;
    } catch (ConflictException e) {
      volume.close();
      throw e;
    }
  }

  /**
   * Whoever owns the top may have exchanged it between mkdir(2) and open(2). In a top with the
   * set-group-ID bit, it has that too.
   */
  private static void requireNew(Directory volume, Directory folder) {
    Stat stat = folder.stat();
    if (stat.user() != SystemCalls.userId()
        || (stat.permissions() & ~SET_GROUP_ID) != ONLY_OWNER
        || !folder.list().isEmpty()) {
      folder.close();
      removeIfEmpty(volume);
      throw inTheWay(folder.subject(), null);
    }
  }

  /** The owner of the top may have renamed it: another of that name, with anything in it, stays. */
  private static void removeIfEmpty(Directory volume) {
    try {
      volume.removeDirectory(NAME);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ENOTEMPTY)) {
        throw e;
      }
    }
  }

  private static ConflictException inTheWay(RawPath name, SystemCallException cause) {
    return new ConflictException(
        name + ": something is there already",
        "wait for the rollback that it is of, or: orchestrate recover; or remove it",
        cause);
  }

  public Directory directory() {
    return folder;
  }

  /** What tells it from whatever may have its name later. */
  public long inode() {
    return folder.stat().inode();
  }

  /** A name here that nothing has. */
  public RawPath newName() {
    return RawPath.of(Long.toString(++names));
  }

  /**
   * Gives what was made here its name, in one step, and removes what had that.
   *
   * @param made its name here
   * @param old what has the name in the live tree; empty if nothing has
   * @throws ConflictException if something else has it by now; that stays
   */
  public void place(RawPath made, Directory parent, RawPath name, Optional<Stat> old) {
    if (old.isEmpty()) {
      give(made, parent, name);
      return;
    }
    Stat ours = folder.entry(made).orElseThrow();
    Arrival arrival = new Arrival(++names, old.get().inode(), ours.inode());
    folder.rename(made, folder, arrival.name());
    try {
      folder.exchange(arrival.name(), parent, name);
    } catch (SystemCallException e) {
      if (e.is(Errno.EINVAL)) { // a filesystem that can't exchange names
        remove(parent, name, old.get());
        give(arrival.name(), parent, name);
        return;
      }
      throw e.is(Errno.ENOENT, Errno.ENOTDIR) ? changing(parent, name, e) : e;
    }
    if (isNot(arrival.name(), old.get())) {
      takeBack(arrival.name(), ours, parent, name);
      throw changing(parent, name, null);
    }
    new TreeRemoval(this, own).remove(arrival.name());
  }

  private void give(RawPath made, Directory parent, RawPath name) {
    try {
      folder.rename(made, parent, name);
    } catch (SystemCallException e) {
      throw e.is(Errno.EEXIST, Errno.ENOENT, Errno.ENOTDIR) ? changing(parent, name, e) : e;
    }
  }

  /**
   * Removes a name, in one step, and then all that is below it.
   *
   * @param old what has it
   * @throws ConflictException if something else has it by now; that stays
   */
  public void remove(Directory parent, RawPath name, Stat old) {
    RawPath aside = new Arrival(++names, old.inode(), old.inode()).name();
    try {
      parent.rename(name, folder, aside);
    } catch (SystemCallException e) {
      throw e.is(Errno.ENOENT) ? changing(parent, name, e) : e;
    }
    if (isNot(aside, old)) {
      putBack(aside, parent, name);
      throw changing(parent, name, null);
    }
    new TreeRemoval(this, own).remove(aside);
  }

  private void takeBack(RawPath arrived, Stat ours, Directory parent, RawPath name) {
    try {
      folder.exchange(arrived, parent, name);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    if (isNot(arrived, ours)) {
      putBack(arrived, parent, name);
    }
  }

  /**
   * By another name if need be: whatever came here in error is not removed.
   *
   * @throws ConflictException if it can't go back, and stays here
   */
  private void putBack(RawPath arrived, Directory parent, RawPath name) {
    for (int attempt = 0; attempt <= ATTEMPTS; attempt++) {
      try {
        folder.rename(arrived, parent, attempt == 0 ? name : name.append("." + attempt));
        return;
      } catch (SystemCallException e) {
        if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ENAMETOOLONG)) {
          throw isKept(arrived, e);
        }
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
    }
    throw isKept(arrived, null);
  }

  private ConflictException isKept(RawPath arrived, SystemCallException cause) {
    return new ConflictException(
        folder.subject().resolve(arrived)
            + ": somebody else moved this to where something was to be removed",
        "look what it is, move it to where it belongs, then: orchestrate recover",
        cause);
  }

  /** Here nobody can exchange it any more. */
  private boolean isNot(RawPath arrived, Stat expected) {
    Stat stat = folder.entry(arrived).orElseThrow();
    return !stat.isSameInode(expected) || own.contain(stat);
  }

  private static ConflictException changing(
      Directory parent, RawPath name, SystemCallException cause) {
    return new ConflictException(
        parent.subject().resolve(name) + ": somebody else changes names there",
        "end who does that",
        cause);
  }

  /**
   * Removes it with all that is left in it. The volume's top keeps its dates.
   *
   * @throws ConflictException if something is in it that came in error, which stays, and so does it
   */
  public void remove() {
    TreeRemoval removal = new TreeRemoval(this, own);
    Optional<RawPath> kept = Optional.empty();
    for (RawPath name : folder.list()) {
      if (isInError(name)) {
        kept = Optional.of(name);
      } else {
        removal.remove(name);
      }
    }
    kept.ifPresent(
        name -> {
          throw isKept(name, null);
        });
    Stat before = volume.stat();
    removeIfEmpty(volume);
    Metadata.giveTimes(volume.fd(), before);
  }

  /** Perhaps the program was killed before it looked at what had arrived. */
  private boolean isInError(RawPath name) {
    Optional<Arrival> arrival = Arrival.of(name);
    return arrival.isPresent()
        && folder
            .entry(name)
            .filter(stat -> !arrival.get().isExpected(stat.inode()) || own.contain(stat))
            .isPresent();
  }

  /**
   * Removes what an interrupted command has left of it.
   *
   * @param volume its top; stays open
   * @param inode of the folder; empty if it may not have been made, or has nothing in it
   * @throws ConflictException if checkpoints may be stored in it, as they are nowhere else, or if
   *     something is in it that came in error
   */
  public static void removeLeft(Directory volume, Optional<Long> inode, OwnFolders own) {
    Optional<Stat> found = volume.entry(NAME).filter(Stat::isDirectory);
    if (found.isEmpty()) {
      return;
    }
    try (Directory top = volume.openDirectory(RawPath.EMPTY);
        PrivateFolder left = new PrivateFolder(top, volume.openDirectory(NAME), own)) {
      boolean empty = left.folder.list().isEmpty();
      if (inode.isEmpty() ? empty : left.inode() == inode.get()) {
        own.requireAllThere(empty, left.folder.subject());
        left.remove();
      }
    }
  }

  @Override
  public void close() {
    folder.close();
    volume.close();
  }
}
