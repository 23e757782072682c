package dev.orchestrate.engine.relink;

import dev.orchestrate.engine.openfiles.Held.InodeKey;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A backend's folder for the contents of files without a name. They are copied while the processes
 * run, and again while these stand still if there was a change in between.
 */
final class Staging implements AutoCloseable {
  private static final long TMPFS = 0x01021994;

  /** Longer than the clock tick by which the kernel dates changes; ktime_get_coarse(9). */
  private static final Duration TICK = Duration.ofMillis(50);

  /** What an inode was when its copy was begun, and when that was. */
  private record Copied(Stat stat, Instant begun) {}

  private final Directory folder;
  private final Map<InodeKey, Copied> copies = new HashMap<>();
  private final Map<RawPath, InodeKey> owners = new HashMap<>();
  private final Set<InodeKey> unpredictable = new HashSet<>();

  Staging(Directory folder) {
    this.folder = folder;
  }

  Directory folder() {
    return folder;
  }

  /** The times of this inode do not tell whether it changed. */
  void expectChange(InodeKey inode) {
    unpredictable.add(inode);
  }

  /** Copies, unless there is a copy that is certainly up to date. */
  void copy(InodeKey key, Fd orphan, RawPath name) {
    requireOwn(name, key);
    Stat stat = orphan.stat();
    Copied known = copies.get(key);
    if (known != null && isUnchanged(key, orphan, known, stat)) {
      return;
    }
    folder.removeTree(name);
    Copied copied = new Copied(stat, Instant.now());
    Replica.share(orphan, stat, folder, name);
    copies.put(key, copied);
  }

  private void requireOwn(RawPath name, InodeKey key) {
    InodeKey owner = owners.putIfAbsent(name, key);
    if (owner != null && !owner.equals(key)) {
      throw new ConflictException(
          "relinking: two files want the name " + name, "let --relink-template contain {inode}");
    }
  }

  private boolean isUnchanged(InodeKey key, Fd orphan, Copied known, Stat stat) {
    Instant changed = Instant.ofEpochSecond(stat.changeSeconds(), stat.changeNanos());
    Stat before = known.stat();
    return !unpredictable.contains(key)
        && changed.plus(TICK).isBefore(known.begun())
        && stat.changeSeconds() == before.changeSeconds()
        && stat.changeNanos() == before.changeNanos()
        && stat.size() == before.size()
        // which does not date what is written through a mapping
        && orphan.filesystemType() != TMPFS;
  }

  @Override
  public void close() {
    folder.close();
  }
}
