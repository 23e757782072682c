package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.engine.owner.TreeOwners;
import dev.orchestrate.engine.verify.InodeDigest;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.Metadata;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import java.util.Arrays;
import java.util.SortedMap;

/** Gives inodes their looks. */
public final class Appearance {
  /** SELinux labels all that it is asked to protect, and lets nobody take that away. */
  private static final String GIVEN_BY_THE_HOST = "security.selinux";

  private final TreeOwners owners;
  private final Notices notices;

  /** Is told what an inode could not be given, in a line. */
  public interface Notices {
    void add(String line);
  }

  /**
   * @param owners who the users and groups of the looks are here
   */
  Appearance(TreeOwners owners, Notices notices) {
    this.owners = owners;
    this.notices = notices;
  }

  /**
   * Owner first, as a change of that takes away capabilities and bits of the mode; chown(2). The
   * date last, as all else changes it.
   *
   * @param path for messages
   */
  void give(Fd inode, Step.Looks looks, RawPath path) {
    Stat stat = inode.stat();
    OwnerMap here = owners.at(path);
    boolean root = SystemCalls.userId() == 0; // as tar has it: others keep what is theirs
    Stat wanted =
        stat.looking(
            root ? here.user(looks.user()) : stat.user(),
            root ? here.group(looks.group()) : stat.group(),
            looks.permissions(),
            looks.seconds(),
            looks.nanos());
    Metadata.give(inode, wanted);
    giveAttributes(inode, looks.attributes(), here, path);
    Metadata.giveTimes(inode, wanted);
  }

  private void giveAttributes(
      Fd inode, SortedMap<RawPath, byte[]> wanted, OwnerMap here, RawPath path) {
    SortedMap<RawPath, byte[]> present = ExtendedAttributes.all(inode);
    for (RawPath name : present.keySet()) {
      if (!wanted.containsKey(name) && !name.text().equals(GIVEN_BY_THE_HOST)) {
        ExtendedAttributes.remove(inode, name);
      }
    }
    wanted.forEach(
        (name, sent) -> {
          byte[] value = here.attribute(name, sent);
          if (name.text().startsWith(InodeDigest.OVERLAY)) {
            throw TreeUpdate.misfit(path + " has an attribute of overlayfs", null);
          }
          if (!Arrays.equals(value, present.get(name))) {
            set(inode, name, value, path);
          }
        });
  }

  private void set(Fd inode, RawPath name, byte[] value, RawPath path) {
    try {
      ExtendedAttributes.set(inode, name, value);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
      notices.add("left out: attribute " + name + " of " + path + ": " + e.errno().message());
    }
  }
}
