package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Contents;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.Stat.Kind;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The recorded open file descriptions, opened again in a view: each with its flags, offset and
 * locks. Closing it closes them all.
 */
final class OpenDescriptions implements AutoCloseable {
  private final Directory top;
  private final Anchors anchors;
  private final Map<Integer, Description> recorded;

  /** By its relinked name, the first description that was opened with O_TMPFILE. */
  private final Map<RawPath, Description> temporaries = new HashMap<>();

  private final Map<Integer, Fd> open = new HashMap<>();
  private final List<Fd> fifoPeers = new ArrayList<>();

  OpenDescriptions(Directory top, Anchors anchors, Manifest manifest) {
    this.top = top;
    this.anchors = anchors;
    this.recorded = manifest.descriptionsById();
    for (Description one : recorded.values()) {
      if (one.flags().contains(OpenFlag.O_TMPFILE)) {
        one.relinked().ifPresent(relinked -> temporaries.putIfAbsent(relinked, one));
      }
    }
  }

  /**
   * Opens those of these descriptions that can be written to. In a view by overlayfs the first that
   * can be written to copies the inode, and one that was opened for reading before stays with the
   * old contents; "Non-standard behavior" in the kernel's overlayfs.rst.
   */
  void openWriters(Collection<Integer> ids) {
    for (int id : ids) {
      Set<OpenFlag> flags = recorded.get(id).flags();
      if (flags.contains(OpenFlag.O_RDWR) || flags.contains(OpenFlag.O_WRONLY)) {
        open(id);
      }
    }
  }

  /** The description with this id, opened at the first call. */
  Fd open(int id) {
    Fd known = open.get(id);
    if (known == null) {
      Description description = recorded.get(id);
      known = open(description);
      open.put(id, known);
      anchors.release(description.path(), description.relinked());
    }
    return known;
  }

  private Fd open(Description description) {
    try {
      return openWithFlags(description).prepared(fd -> setOffsetAndLocks(fd, description));
    } catch (SystemCallException e) {
      throw Failures.of(e, "reopening " + description.path(), "CAP_DAC_OVERRIDE and CAP_FOWNER");
    }
  }

  private void setOffsetAndLocks(Fd fd, Description description) {
    boolean path = description.flags().contains(OpenFlag.O_PATH);
    if (!path && (description.kind() == Kind.FILE || description.kind() == Kind.DIRECTORY)) {
      fd.seek(description.offset());
      RawPath name = top.subject().resolve(description.path());
      description.locks().forEach(lock -> LockAgain.take(fd, lock, name));
    }
  }

  private Fd openWithFlags(Description description) {
    Fd inode = anchors.of(description.path(), description.relinked(), description.kind());
    Optional<Description> temporary = description.relinked().map(temporaries::get);
    if (temporary.isPresent()) {
      return temporary.get().id() == description.id()
          ? makeTemporary(description, inode)
          : open(temporary.get().id()).reopen(openFlags(description));
    }
    return description.kind() == Kind.FIFO && !description.flags().contains(OpenFlag.O_PATH)
        ? fifo(description, inode)
        : inode.reopen(openFlags(description));
  }

  /** What open(2) is to be asked for; O_NOFOLLOW has had its effect, and /proc needs following. */
  private static int openFlags(Description description) {
    Set<OpenFlag> flags = EnumSet.noneOf(OpenFlag.class);
    flags.addAll(description.flags());
    flags.remove(OpenFlag.O_NOFOLLOW);
    flags.remove(OpenFlag.O_TMPFILE);
    return OpenFlag.bits(flags);
  }

  /** An unnamed file that can still be given a name, as O_TMPFILE promises; open(2). */
  private Fd makeTemporary(Description description, Fd inode) {
    int flags = openFlags(description) | OpenFlag.O_TMPFILE.value();
    return top.openBeneath(description.path().parent(), flags).prepared(file -> copy(inode, file));
  }

  private static void copy(Fd inode, Fd file) {
    try (Fd source = inode.reopen(Fd.O_RDONLY);
        Fd writable = file.reopen(Fd.O_RDWR)) {
      Stat stat = source.stat();
      Contents.share(source, writable, stat.size());
      writable.setOwner(stat);
      writable.setPermissions(stat.permissions());
      ExtendedAttributes.copy(source, writable);
    }
  }

  /** Opening one end of a FIFO waits for the other, unless somebody holds both. */
  private Fd fifo(Description description, Fd inode) {
    fifoPeers.add(inode.reopen(Fd.O_RDWR | Fd.O_NONBLOCK));
    int wanted = openFlags(description);
    return inode.reopen(wanted | Fd.O_NONBLOCK).prepared(fd -> fd.setFlags(wanted));
  }

  @Override
  public void close() {
    open.values().forEach(Fd::close);
    fifoPeers.forEach(Fd::close);
  }
}
