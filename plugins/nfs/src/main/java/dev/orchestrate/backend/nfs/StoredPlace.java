package dev.orchestrate.backend.nfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a checkpoint's names are.
 *
 * @param target where the filesystem is mounted
 * @param source what is mounted there, such as {@code server:/export}
 * @param folder with the names, relative to the target; private to this checkpoint
 * @param cephSnapshot whether there is a snapshot {@code .snap/id} as well
 * @param borrowed whether all this is another checkpoint's, of which views are made here
 */
record StoredPlace(
    String id,
    RawPath target,
    RawPath source,
    RawPath folder,
    boolean cephSnapshot,
    boolean borrowed) {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

  static StoredPlace of(SnapshotReference reference) {
    StoredPlace place =
        new StoredPlace(
            reference.id(),
            RawPath.of(reference.attribute("target")),
            RawPath.of(reference.attribute("source")),
            RawPath.of(reference.attribute("folder")),
            Boolean.parseBoolean(reference.attribute("cephSnapshot")),
            reference.isBorrowed());
    place.requireSound();
    return place;
  }

  /** Where a checkpoint's names will be, or are, at a target. */
  static StoredPlace in(SnapshotRequest request, boolean cephSnapshot) {
    return new StoredPlace(
        request.id(),
        request.target().path(),
        request.target().mount().source(),
        request.relinkFolder(),
        cephSnapshot,
        false);
  }

  /** That it is borrowed, the engine marks. */
  SnapshotReference reference() {
    return new SnapshotReference(
        NfsBackend.NAME,
        id,
        Map.of(
            "target",
            target.text(),
            "source",
            source.text(),
            "folder",
            folder.text(),
            "cephSnapshot",
            "" + cephSnapshot));
  }

  /** Beside the stored names, so that a rename or link never leaves the filesystem. */
  RawPath viewFolder(String viewId) {
    if (!ID.matcher(viewId).matches()) {
      throw new IllegalArgumentException("not 12 hexadecimal digits: " + viewId);
    }
    return folder.parent().resolve(viewPrefix() + viewId);
  }

  /**
   * How the folders of this checkpoint's views begin. Those of a borrowed one stay when the other
   * host deletes its checkpoint: programs run in them here.
   */
  String viewPrefix() {
    return id + (borrowed ? "-borrowed-" : "-view-");
  }

  /**
   * Opens the top of the filesystem.
   *
   * @throws NotFoundException if it is not mounted there: nothing can be told of what is stored
   */
  Directory open() {
    Directory top;
    try {
      top = Directory.open(target);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP)) {
        throw notMounted();
      }
      throw Failures.of(e, "opening " + target, "");
    }
    if (!isSource(top)) {
      top.close();
      throw notMounted();
    }
    return top;
  }

  private boolean isSource(Directory top) {
    long mount = top.stat().mountId();
    return MountInfo.ofSelf().stream()
        .anyMatch(one -> one.id() == mount && one.source().equals(source));
  }

  private NotFoundException notMounted() {
    return new NotFoundException(
        "checkpoint " + id + ": " + source + " is not mounted at " + target, "mount it there");
  }

  /** A reference may have been edited by hand, and what it names gets deleted. */
  private void requireSound() {
    if (!ID.matcher(id).matches()) {
      throw damaged("the id is not 12 hexadecimal digits");
    }
    if (!target.isAbsolute()) {
      throw damaged("\"target\" is not an absolute path");
    }
    if (!folder.isPlainRelative() || !folder.name().text().contains(id)) {
      throw damaged("\"folder\" is not a path below the target that ends in the id");
    }
  }

  private DamagedException damaged(String what) {
    return new DamagedException(
        "checkpoint " + id + ": in its snapshot reference " + what,
        "restore the manifest from the copy in the filesystem");
  }
}
