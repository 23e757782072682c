package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Walks two trees at once, sorted by name, a folder before what is in it. What it keeps in memory
 * are the names of one folder at each depth, however many there are in all; of open descriptors it
 * needs no more for a deep tree than for a flat one.
 */
public final class PairWalk {
  private final Side before;
  private final Side after;
  private final Visitor visitor;
  private final Runnable goOn;
  private final Deque<Level> levels = new ArrayDeque<>();

  /**
   * @param goOn run before each name: what it throws ends the walk
   */
  public PairWalk(Side before, Side after, Visitor visitor, Runnable goOn) {
    this.before = before;
    this.after = after;
    this.visitor = visitor;
    this.goOn = goOn;
  }

  /**
   * A name that at least one of the trees has.
   *
   * @param beforeFolder that it is in, or would be in, if the tree has that
   */
  public record Pair(
      RawPath path,
      RawPath name,
      Optional<Directory> beforeFolder,
      Optional<Directory> afterFolder,
      Optional<Stat> beforeStat,
      Optional<Stat> afterStat) {

    public Optional<Inode> before() {
      return beforeStat.map(stat -> new Inode(beforeFolder.orElseThrow(), name, stat));
    }

    public Optional<Inode> after() {
      return afterStat.map(stat -> new Inode(afterFolder.orElseThrow(), name, stat));
    }

    public boolean isFolderBefore() {
      return beforeStat.filter(Stat::isDirectory).isPresent();
    }

    public boolean isFolderAfter() {
      return afterStat.filter(Stat::isDirectory).isPresent();
    }
  }

  /** In which of the trees a name is a folder to be looked into. */
  public record Descent(boolean before, boolean after) {
    public static final Descent NONE = new Descent(false, false);
    public static final Descent BOTH = new Descent(true, true);
  }

  /** Is shown each pair. */
  public interface Visitor {
    Descent visit(Pair pair);

    /** All that is in a folder was visited. */
    default void leave(RawPath path, Optional<Directory> before, Optional<Directory> after) {}
  }

  public void run() {
    run(RawPath.EMPTY, Descent.BOTH, Optional.empty());
  }

  /**
   * Walks over a part of both.
   *
   * @param folder where to begin, relative to both tops
   * @param expected which inode that is in the second tree; empty if that does not matter
   */
  public void run(RawPath folder, Descent descent, Optional<Stat> expected) {
    try {
      levels.push(new Level(folder, descent, expected));
      while (!levels.isEmpty()) {
        Level level = levels.element();
        if (level.names().hasNext()) {
          goOn.run();
          visit(level, level.names().next());
        } else {
          visitor.leave(level.path, level.before(), level.after());
          levels.pop().close();
        }
      }
    } finally {
      levels.forEach(Level::close);
    }
  }

  private void visit(Level level, RawPath name) {
    RawPath path = level.path.resolve(name);
    Optional<Stat> one = level.before().flatMap(folder -> before.find(folder, name, path));
    Optional<Stat> other = level.after().flatMap(folder -> after.find(folder, name, path));
    if (isOnlyForCheckpoints(path, one, other)) {
      return;
    }
    Descent descent =
        visitor.visit(new Pair(path, name, level.before(), level.after(), one, other));
    if (!descent.equals(Descent.NONE)) {
      level.close();
      levels.push(new Level(path, descent, other));
    }
  }

  /** Of a name that one tree has alone. */
  private boolean isOnlyForCheckpoints(RawPath path, Optional<Stat> one, Optional<Stat> other) {
    if (one.isPresent() && other.isPresent()) {
      return false;
    }
    return one.map(stat -> before.isOnlyForCheckpoints(path, stat))
        .or(() -> other.map(stat -> after.isOnlyForCheckpoints(path, stat)))
        .orElse(true);
  }

  /**
   * A folder that one tree has, or both. It is open only while it is the deepest. In the second
   * tree, others may be at work: what has its name then counts only if it is the same inode.
   */
  private final class Level {
    private final RawPath path;
    private final Descent descent;
    private Optional<Iterator<RawPath>> names = Optional.empty();
    private Optional<Directory> openBefore = Optional.empty();
    private Optional<Directory> openAfter = Optional.empty();
    private Optional<Stat> expected;
    private boolean isOpen;

    Level(RawPath path, Descent descent, Optional<Stat> expected) {
      this.path = path;
      this.descent = descent;
      this.expected = expected;
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
        openBefore = descent.before() ? before.open(path) : Optional.empty();
        openAfter = descent.after() ? after.open(path).filter(this::isSame) : Optional.empty();
      }
    }

    private boolean isSame(Directory folder) {
      Stat stat = folder.stat();
      boolean same = expected.map(stat::isSameInode).orElse(true);
      expected = expected.or(() -> Optional.of(stat));
      if (!same) {
        folder.close();
      }
      return same;
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
