package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
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
  private final Map<RawPath, Known> known = new HashMap<>();

  /** Whatever was found to be the same at a second look is the same at each further one. */
  private final IdentityHashMap<Held, Name> settled = new IdentityHashMap<>();

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
   * What was found out before.
   *
   * @param noted when
   */
  private record Known(Held held, Name name, Instant noted) {

    /** Any change of an inode's names changes its ctime, and that of its folders what is shown. */
    boolean holdsFor(Held now) {
      return now.shown().isPresent()
          && now.shown().equals(held.shown())
          && now.stat().isSameInode(held.stat())
          && now.stat().links() == held.stat().links()
          && now.stat().mountId() == held.stat().mountId()
          && now.stat().isUnchangedSince(held.stat(), noted);
    }
  }

  /**
   * The name of what is held. Asked again for the same, which is what happens while processes stand
   * still, it costs next to nothing.
   */
  public Name of(Held held) {
    Name same = settled.get(held);
    if (same != null) {
      return same;
    }
    Known before = known.get(held.link());
    if (before != null && before.holdsFor(held)) {
      settled.put(held, before.name());
      return before.name();
    }
    Instant noted = Instant.now();
    Name name = name(held);
    known.put(held.link(), new Known(held, name, noted));
    return name;
  }

  private Name name(Held held) {
    Optional<RawPath> shown = held.shown();
    if (shown.isEmpty()) {
      return held.stat().isDirectory() && held.stat().links() > 0
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
    return held.stat().links() > 0
        && top.find(path).map(found -> found.isSameInode(held.stat())).orElse(false);
  }

  private Optional<RawPath> belowTop(Held held, RawPath shown) {
    return paths
        .of(held, shown)
        .filter(path -> path.isBelow(topInFilesystem))
        .map(path -> path.relativeTo(topInFilesystem));
  }
}
