package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.engine.owner.TreeOwners;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.Metadata;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Gives all of a tree to those whose numbers its owners have here; all else stays as it is. */
public final class OwnerChange {
  /** Goes with the owner that a file had; chown(2). */
  private static final RawPath CAPABILITY = RawPath.of("security.capability");

  private final Directory top;
  private final TreeOwners owners;
  private final Set<Long> done = new HashSet<>();
  private final Deque<RawPath> folders = new ArrayDeque<>();

  /**
   * @param top of one filesystem, which nobody else changes; stays open
   */
  public OwnerChange(Directory top, TreeOwners owners) {
    this.top = top;
    this.owners = owners;
  }

  /**
   * @param each run before each inode: what it throws ends this
   */
  public void run(Runnable each) {
    change(top.fd(), top.stat(), RawPath.EMPTY);
    folders.push(RawPath.EMPTY);
    while (!folders.isEmpty()) {
      RawPath path = folders.pop();
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
        folders.push(path);
      }
    }
  }

  private void change(Fd inode, Stat stat, RawPath path) {
    OwnerMap map = owners.at(path);
    int user = map.user(stat.user());
    int group = map.group(stat.group());
    Map<RawPath, byte[]> attributes = ExtendedAttributes.all(inode);
    Map<RawPath, byte[]> wanted = new TreeMap<>();
    attributes.forEach(
        (name, value) -> {
          byte[] mapped = map.attribute(name, value);
          if (!Arrays.equals(mapped, value)) {
            wanted.put(name, mapped);
          }
        });
    Stat looks =
        stat.looking(user, group, stat.permissions(), stat.modifySeconds(), stat.modifyNanos());
    if (!looks.isOwnedAs(stat)) {
      Metadata.give(inode, looks);
      if (attributes.containsKey(CAPABILITY)) {
        wanted.put(CAPABILITY, attributes.get(CAPABILITY));
      }
    }
    wanted.forEach((name, value) -> ExtendedAttributes.set(inode, name, value));
  }
}
