package dev.orchestrate.backend.rsync;

import dev.orchestrate.backend.rsync.Inventory.Difference;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is different in a tree from what it was at some moment, on a filesystem that dates changes;
 * see {@link Dating}.
 */
final class Changes {
  /** The file with the names of what bears a newer date. */
  static final String FOUND = "found";

  /** Paths that are new, or have an inode with other contents or attributes. */
  private final Set<RawPath> changed = new LinkedHashSet<>();

  /** Paths at which there is no use for what an earlier copy has there. */
  private final Set<RawPath> replaced = new LinkedHashSet<>();

  /** Directories that are the same inodes as before, from which names may be gone. */
  private final Set<RawPath> folders = new LinkedHashSet<>();

  /** Inodes that have more names than the one that was found, and bear no new date. */
  private final Set<Long> linked = new HashSet<>();

  private final Tree tree;

  private Changes(Tree tree) {
    this.tree = tree;
  }

  /** What a tree that is walked for nothing else has changed since a moment. */
  static Changes since(Moment moment, Census census, Tree tree, Directory folder) {
    new Walk(tree, folder).noteChanges(FOUND, moment).run();
    return found(Map.of(), census, tree, folder);
  }

  /**
   * What is different from a copy, by dates, and by comparison: somebody may have meddled with it.
   *
   * @param folder where a {@link Walk} has noted changes as {@link #FOUND}
   * @param differences between the tree and the copy
   * @param census of the time of the copy
   */
  static Changes found(
      Map<RawPath, Difference> differences, Census census, Tree tree, Directory folder) {
    Changes changes = new Changes(tree);
    differences.forEach((path, difference) -> changes.take(path, difference, differences));
    try (Fd file = folder.openBeneath(RawPath.of(FOUND), Fd.O_RDONLY)) {
      changes.collect(census, file.readAll());
    }
    return changes;
  }

  private void take(RawPath path, Difference difference, Map<RawPath, Difference> differences) {
    if (difference.here() == Difference.NOTHING) {
      if (!differences.containsKey(path.parent())) { // or it goes with its folder
        replaced.add(path);
      }
    } else if (difference.here() == 'f' && difference.there() != 'd') {
      tree.top().find(path).ifPresent(stat -> take(path, stat));
    } else if (difference.there() == Difference.NOTHING) {
      changed.add(path);
    } else {
      replace(path);
    }
  }

  private void collect(Census census, byte[] found) {
    Set<RawPath> directories = new LinkedHashSet<>();
    int start = 0;
    for (int i = 0; i < found.length; i++) {
      if (found[i] == 0) {
        char kind = (char) found[start];
        RawPath path = RawPath.of(Arrays.copyOfRange(found, start + 1, i));
        switch (kind) {
          case 'd' -> directories.add(path);
          case 'f' -> changed.add(path);
          default -> replace(path);
        }
        start = i + 1;
      }
    }
    Map<RawPath, Long> before = census.in(directories);
    directories.forEach(directory -> look(directory, before));
    census.namesOf(linked).forEach(this::addIfLinked);
    changed.remove(RawPath.EMPTY); // to rsync(1) that would mean all that is in it
  }

  private void replace(RawPath path) {
    replaced.add(path);
    changed.add(path);
  }

  private void look(RawPath directory, Map<RawPath, Long> before) {
    Optional<Stat> found = tree.top().find(directory);
    if (found.isEmpty() || !found.get().isDirectory()) {
      return; // gone meanwhile, or another filesystem is mounted there
    }
    if (!directory.isEmpty() && !isInode(found.get().inode(), before.get(directory))) {
      takeWhole(directory);
      return;
    }
    changed.add(directory);
    folders.add(directory);
    try (Directory opened = tree.top().openDirectory(directory)) {
      opened
          .entries()
          .forEach(
              (name, inode) -> {
                RawPath path = directory.resolve(name);
                if (!isInode(inode, before.get(path))) {
                  lookCloser(opened, name, path, before.get(path));
                }
              });
    }
  }

  private static boolean isInode(long inode, Long before) {
    return before != null && before == inode;
  }

  /** A directory's list has another inode number than stat(2) where something is mounted. */
  private void lookCloser(Directory parent, RawPath name, RawPath path, Long before) {
    Optional<Stat> found = parent.find(name);
    if (found.isEmpty() || isInode(found.get().inode(), before)) {
      return;
    }
    switch (found.get().kind()) {
      case DIRECTORY -> takeWhole(path);
      case FILE -> take(path, found.get());
      default -> replace(path);
    }
  }

  private void take(RawPath path, Stat stat) {
    changed.add(path);
    if (!stat.isDirectory() && stat.links() > 1) {
      linked.add(stat.inode());
    }
  }

  /** Names of one inode are copied together, or they would be two inodes in the copy. */
  private void addIfLinked(RawPath path) {
    tree.top()
        .find(path)
        .filter(stat -> linked.contains(stat.inode()))
        .ifPresent(stat -> changed.add(path));
  }

  /** A directory that was made here, or moved to here with all that is in it. */
  private void takeWhole(RawPath directory) {
    replace(directory);
    takeAllIn(directory);
  }

  private void takeAllIn(RawPath directory) {
    long device = tree.top().stat().device();
    try (Directory opened = tree.top().openDirectory(directory)) {
      if (opened.stat().device() != device) {
        return;
      }
      for (RawPath name : opened.list()) {
        RawPath path = directory.resolve(name);
        Optional<Stat> found = opened.find(name);
        found.ifPresent(stat -> take(path, stat));
        if (found.map(Stat::isDirectory).orElse(false)) {
          takeAllIn(path);
        }
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)) {
        throw e;
      }
    }
  }

  /** Leaves out what turned out to be in the copy already, as it is. */
  void leaveOut(Set<RawPath> identical) {
    changed.removeAll(identical);
  }

  /** Some changed paths are such that what the copy has there is in the way. */
  void replaceIf(Predicate<RawPath> condition) {
    changed.stream().filter(condition).forEach(replaced::add);
  }

  Set<RawPath> changed() {
    return changed;
  }

  Set<RawPath> replaced() {
    return replaced;
  }

  Set<RawPath> folders() {
    return folders;
  }

  /** Whether the top of the tree is different, or its copy was touched by what was put there. */
  boolean concernTop() {
    return folders.contains(RawPath.EMPTY)
        || Stream.of(changed, replaced)
            .flatMap(Set::stream)
            .anyMatch(path -> path.parent().isEmpty());
  }

  /** Writes names as {@code rsync --from0} reads them, each with {@code suffix}. */
  static String write(Set<RawPath> names, String suffix, Directory folder, String file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (RawPath name : names) {
      out.writeBytes((name.isEmpty() ? RawPath.of(".") : name).append(suffix).bytes());
      out.write(0);
    }
    RawPath target = RawPath.of(file);
    folder.removeTree(target);
    try (Fd list = folder.create(target)) {
      list.writeAll(out.toByteArray());
    }
    return Words.of(folder, file);
  }
}
