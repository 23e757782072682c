package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A backend's folder for the contents of files without a name. They are copied while the processes
 * run, and again while these stand still if there was a change in between.
 */
final class Staging implements AutoCloseable {
  /** Does not date what is written through a mapping. */
  private static final long TMPFS = 0x01021994;

  private final Directory folder;
  private final EarlyCopies copies;
  private final Map<RawPath, InodeKey> owners = new HashMap<>();

  Staging(Directory folder, EarlyCopies copies) {
    this.folder = folder;
    this.copies = copies;
  }

  Directory folder() {
    return folder;
  }

  /** Copies, unless there is a copy that is certainly up to date. */
  void copy(InodeKey key, Fd orphan, RawPath name) {
    requireOwn(name, key);
    Stat stat = orphan.stat();
    if (copies.isUpToDate(key, stat.state()) && orphan.filesystemType() != TMPFS) {
      return;
    }
    folder.removeTree(name);
    Instant begun = Instant.now();
    Replica.share(orphan, stat, folder, name);
    copies.add(key, stat.state(), begun);
  }

  private void requireOwn(RawPath name, InodeKey key) {
    InodeKey owner = owners.putIfAbsent(name, key);
    if (owner != null && !owner.equals(key)) {
      throw new ConflictException(
          "relinking: two files want the name " + name, "let --relink-template contain {inode}");
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
