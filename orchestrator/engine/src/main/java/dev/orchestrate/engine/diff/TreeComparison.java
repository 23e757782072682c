package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Walks two trees at once and tells what differs, sorted by name, a folder before what is in it.
 * What it keeps in memory are the names of one folder at each depth, however many there are in all;
 * of open descriptors it needs no more for a deep tree than for a flat one.
 */
final class TreeComparison {
  private final Side before;
  private final Side after;
  private final InodeComparison inodes;
  private final Cancellation cancellation;
  private final Consumer<Change> changes;
  private final Consumer<RawPath> hidden;
  private final Deque<Level> levels = new ArrayDeque<>();

  /**
   * @param changes told of each
   * @param hidden told where something is mounted, which is not looked at, nor what is below it
   */
  TreeComparison(
      Side before,
      Side after,
      InodeComparison inodes,
      Cancellation cancellation,
      Consumer<Change> changes,
      Consumer<RawPath> hidden) {
    this.before = before;
    this.after = after;
    this.inodes = inodes;
    this.cancellation = cancellation;
    this.changes = changes;
    this.hidden = hidden;
  }

  void run() {
    try {
      levels.push(new Level(RawPath.EMPTY, true, true));
      compareTops(levels.element());
      while (!levels.isEmpty()) {
        Level level = levels.element();
        if (level.names().hasNext()) {
          cancellation.check();
          visit(level, level.names().next());
        } else {
          levels.pop().close();
        }
      }
    } finally {
      levels.forEach(Level::close);
    }
  }

  private void compareTops(Level level) {
    RawPath top = RawPath.of(".");
    Directory one = level.before().orElseThrow();
    Directory other = level.after().orElseThrow();
    tell(RawPath.EMPTY, new Inode(one, top, one.stat()), new Inode(other, top, other.stat()));
  }

  private void visit(Level level, RawPath name) {
    RawPath path = level.path.resolve(name);
    Optional<Inode> one = find(before, level.before(), name, path);
    Optional<Inode> other = find(after, level.after(), name, path);
    if (isMountPoint(before, one) || isMountPoint(after, other)) {
      hidden.accept(path);
      return;
    }
    if (one.isPresent() && other.isPresent()) {
      tell(path, one.get(), other.get());
    } else {
      one.filter(inode -> !before.isMadeForCheckpoints(path, inode.stat()))
          .ifPresent(inode -> changes.accept(Change.removed(path)));
      other
          .filter(inode -> !after.isMadeForCheckpoints(path, inode.stat()))
          .ifPresent(inode -> changes.accept(Change.added(path)));
    }
    boolean inOne = isDirectory(one);
    boolean inOther = isDirectory(other);
    if (inOne || inOther) {
      level.close();
      levels.push(new Level(path, inOne, inOther));
    }
  }

  private void tell(RawPath path, Inode one, Inode other) {
    List<String> what = inodes.differences(one, other);
    if (!what.isEmpty()) {
      changes.accept(Change.changed(path, what));
    }
  }

  private static Optional<Inode> find(
      Side side, Optional<Directory> folder, RawPath name, RawPath path) {
    return folder.flatMap(
        opened -> side.find(opened, name, path).map(stat -> new Inode(opened, name, stat)));
  }

  private static boolean isMountPoint(Side side, Optional<Inode> inode) {
    return inode.filter(one -> side.isMountPoint(one.stat())).isPresent();
  }

  private static boolean isDirectory(Optional<Inode> inode) {
    return inode.filter(one -> one.stat().isDirectory()).isPresent();
  }

  /** A folder that one tree has, or both. It is open only while it is the deepest. */
  private final class Level {
    private final RawPath path;
    private final boolean inBefore;
    private final boolean inAfter;
    private Optional<Iterator<RawPath>> names = Optional.empty();
    private Optional<Directory> openBefore = Optional.empty();
    private Optional<Directory> openAfter = Optional.empty();
    private boolean isOpen;

    Level(RawPath path, boolean inBefore, boolean inAfter) {
      this.path = path;
      this.inBefore = inBefore;
      this.inAfter = inAfter;
    }

    Optional<Directory> before() {
      open();
      return openBefore;
    }

    Optional<Directory> after() {
      open();
      return openAfter;
    }

    Iterator<RawPath> names() {
      if (names.isEmpty()) {
        SortedSet<RawPath> all = new TreeSet<>();
        before().ifPresent(folder -> all.addAll(folder.list()));
        after().ifPresent(folder -> all.addAll(folder.list()));
        names = Optional.of(all.iterator());
      }
      return names.get();
    }

    private void open() {
      if (!isOpen) {
        isOpen = true;
        openBefore = inBefore ? before.open(path) : Optional.empty();
        openAfter = inAfter ? after.open(path) : Optional.empty();
      }
    }

    void close() {
      isOpen = false;
      openBefore.ifPresent(Directory::close);
      openAfter.ifPresent(Directory::close);
      openBefore = Optional.empty();
      openAfter = Optional.empty();
    }
  }
}
