package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.verify.InodeDigest;
import dev.orchestrate.linux.Contents;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What differs between the inodes that one name has in two trees. Their data are read only where
 * the inodes' numbers and dates leave a doubt.
 *
 * <p>Not looked at: dates other than when data were modified, and those of folders; which names are
 * links of one file; flags of chattr(1).
 */
public final class InodeComparison {
  private final Instant parted;

  /**
   * @param parted from when on the trees may have differed, or earlier: an inode that has the same
   *     number and the same ctime in both, from before that moment, is the same; see {@link
   *     Stat#isUnchangedSince}
   */
  public InodeComparison(Instant parted) {
    this.parted = parted;
  }

  /** One of the two. */
  public record Inode(Directory folder, RawPath name, Stat stat) {

    public Fd openPath() {
      return folder.openBeneath(name, Fd.O_PATH | Fd.O_NOFOLLOW);
    }

    /** So that reading leaves no trace, not even its date. */
    public Fd openData() {
      Fd file = folder.openBeneath(name, Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK);
      return file.prepared(Inode::leaveAccessDate);
    }

    private static void leaveAccessDate(Fd file) {
      try {
        file.setFlags(OpenFlag.O_NOATIME.value());
      } catch (SystemCallException e) {
        if (!e.is(Errno.EPERM)) { // it is somebody else's; open(2)
          throw e;
        }
      }
    }

    /** Where a symbolic link leads. */
    public RawPath target() {
      return Symlink.read(folder.fd().procPath().resolve(name));
    }
  }

  /** In words; empty if nothing does. */
  public List<String> differences(Inode before, Inode after) {
    if (before.stat().inode() == after.stat().inode()
        && after.stat().isUnchangedSince(before.stat(), parted)) {
      return List.of();
    }
    if (before.stat().kind() != after.stat().kind()) {
      return List.of(
          "is a " + words(after.stat().kind()) + ", not a " + words(before.stat().kind()));
    }
    List<String> found = new ArrayList<>(ofMetadata(before.stat(), after.stat()));
    try {
      addContent(before, after, found);
      addAttributes(before, after, found);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ELOOP, Errno.ENXIO, Errno.EINVAL)) {
        throw e;
      }
      found.add("is being replaced at the moment");
    }
    return found;
  }

  private static List<String> ofMetadata(Stat before, Stat after) {
    List<String> found = new ArrayList<>();
    if (before.permissions() != after.permissions()) {
      found.add(
          String.format(
              Locale.ROOT, "mode %04o, not %04o", after.permissions(), before.permissions()));
    }
    if (!before.isOwnedAs(after)) {
      found.add(
          "owner "
              + after.user()
              + ":"
              + after.group()
              + ", not "
              + before.user()
              + ":"
              + before.group());
    }
    if (!before.isDirectory() && !before.isModifiedWith(after)) {
      found.add("date of modification");
    }
    return found;
  }

  private static void addContent(Inode before, Inode after, List<String> found) {
    Stat stat = after.stat();
    switch (stat.kind()) {
      case FILE -> {
        if (before.stat().size() != stat.size()) {
          found.add("size " + stat.size() + ", not " + before.stat().size());
        } else if (!haveSameData(before, after)) {
          found.add("content");
        }
      }
      case SYMLINK -> {
        if (!before.target().equals(after.target())) {
          found.add("where it leads");
        }
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        if (before.stat().rawDevice() != stat.rawDevice()) {
          found.add("device");
        }
      }
      default -> {
        // a folder's content are names, which are compared by themselves; others have none
      }
    }
  }

  private static boolean haveSameData(Inode before, Inode after) {
    try (Fd one = before.openData();
        Fd other = after.openData()) {
      return Contents.areSame(one, other, after.stat().size());
    }
  }

  private static void addAttributes(Inode before, Inode after, List<String> found) {
    try (Fd one = before.openPath();
        Fd other = after.openPath()) {
      if (!InodeDigest.ofAttributes(one).equals(InodeDigest.ofAttributes(other))) {
        found.add("extended attributes");
      }
    }
  }

  private static String words(Stat.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
