package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Gives all of a tree to those whose numbers its owners have here; all else stays as it is. */
public final class OwnerChange {
  private final Directory top;
  private final Appearance appearance;
  private final Set<Long> done = new HashSet<>();
  private final Deque<RawPath> folders = new ArrayDeque<>();

  /**
   * @param top of one filesystem, which nobody else changes; stays open
   */
  public OwnerChange(Directory top, OwnerMap owners, Appearance.Notices notices) {
    this.top = top;
    this.appearance = new Appearance(owners, notices);
  }

  /**
   * @param each run before each inode: what it throws ends this
   */
  public void run(Runnable each) {
    change(top.fd(), top.stat(), RawPath.EMPTY);
    folders.add(RawPath.EMPTY);
    while (!folders.isEmpty()) {
      RawPath path = folders.remove();
      try (Directory folder = top.openDirectory(path)) {
        for (RawPath name : folder.list()) {
          each.run();
          change(folder, name, path.resolve(name));
        }
      }
    }
  }

  private void change(Directory folder, RawPath name, RawPath path) {
    try (Fd inode = folder.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      Stat stat = inode.stat();
      boolean once = stat.isDirectory() || stat.links() == 1;
      if (once || done.add(stat.inode())) {
        change(inode, stat, path);
      }
      if (stat.isDirectory()) {
        folders.add(path);
      }
    }
  }

  private void change(Fd inode, Stat stat, RawPath path) {
    appearance.give(inode, Step.Looks.of(inode, stat), path);
  }
}
