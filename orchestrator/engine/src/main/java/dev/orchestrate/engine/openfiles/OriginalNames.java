package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * Tells by which name, relative to the target, a process opened an inode, and whether that name
 * still leads there. Processes may see the filesystem elsewhere: through a bind mount, below a
 * cover, or in a mount namespace of their own.
 */
public final class OriginalNames {
  private static final String DELETED = " (deleted)";

  private final Directory top;
  private final RawPath topInFilesystem;
  private final long topMount;
  private final PathsInFilesystem paths = new PathsInFilesystem();

  /** By look: one that finds the same again gives the same object; see {@link SameLooks}. */
  private final IdentityHashMap<Held, Name> certain = new IdentityHashMap<>();

  /**
   * @param top of the target
   * @param topInFilesystem its path from the filesystem's root
   */
  public OriginalNames(Directory top, RawPath topInFilesystem) {
    this.top = top;
    this.topInFilesystem = topInFilesystem;
    this.topMount = top.stat().mountId();
  }

  /**
   * The name of an inode.
   *
   * @param path relative to the target; empty if it is the top itself, or not known
   * @param leadsThere whether that path reaches the inode
   */
  public record Name(RawPath path, boolean leadsThere) {
    static final Name UNKNOWN = new Name(RawPath.EMPTY, false);
  }

  /**
   * The name of what is held. Asked again for the same, which is what happens while processes stand
   * still, it costs next to nothing: any change of an inode's names changes its ctime, and that of
   * its folders what is shown.
   */
  public Name of(Held held) {
    Name known = certain.get(held);
    if (known != null) {
      return known;
    }
    Instant noted = Instant.now();
    Name name = name(held);
    if (held.shown().isPresent() && held.state().isOlderThan(noted)) {
      certain.put(held, name);
    }
    return name;
  }

  /** To be called when no name is going to be asked for again. */
  public void forget() {
    certain.clear();
  }

  private Name name(Held held) {
    Optional<RawPath> shown = held.shown();
    if (shown.isEmpty()) {
      return held.state().isDirectory() && held.state().links() > 0
          ? new Name(DeepDirectory.pathOf(held, top), true)
          : Name.UNKNOWN;
    }
    if (!shown.get().endsWith(DELETED)) {
      return belowTop(held, shown.get())
          .map(path -> new Name(path, stillLeadsTo(path, held)))
          .orElse(Name.UNKNOWN);
    }
    // either the kernel's remark, or the file is really called that
    Optional<RawPath> literal = belowTop(held, shown.get());
    if (literal.isPresent() && leadsTo(literal.get(), held)) {
      return new Name(literal.get(), true);
    }
    return belowTop(held, shown.get().dropLast(DELETED.length()))
        .map(path -> new Name(path, leadsTo(path, held)))
        .orElse(Name.UNKNOWN);
  }

  /** NFS hides which folder a bind mount shows, so that a path found through it may mislead. */
  private boolean stillLeadsTo(RawPath path, Held held) {
    MountInfo mount = paths.mountOf(held).orElseThrow(); // by which its name was found
    boolean certain = !mount.type().startsWith("nfs") || mount.id() == topMount;
    return !SillyName.is(path, mount) && (certain || leadsTo(path, held));
  }

  private boolean leadsTo(RawPath path, Held held) {
    return held.state().links() > 0
        && top.find(path).map(found -> found.state().isSameInode(held.state())).orElse(false);
  }

  private Optional<RawPath> belowTop(Held held, RawPath shown) {
    return paths
        .of(held, shown)
        .filter(path -> path.isBelow(topInFilesystem))
        .map(path -> path.relativeTo(topInFilesystem));
  }
}
