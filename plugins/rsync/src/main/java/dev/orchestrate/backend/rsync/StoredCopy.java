package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SnapshotReference;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where a checkpoint's copy is, and what has to be known of its beginning.
 *
 * @param filesystem which filesystem the target was on, in words that are only compared
 * @param begun when its first pass began; in a reference, a moment before that
 * @param dated whether the source's times tell what changed; see {@link Dating}
 */
record StoredCopy(
    String id,
    RawPath target,
    Destination destination,
    String filesystem,
    Moment begun,
    boolean dated) {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

  static StoredCopy of(SnapshotReference reference) {
    String host = reference.attribute("host");
    StoredCopy stored =
        new StoredCopy(
            reference.id(),
            RawPath.of(reference.attribute("target")),
            new Destination(
                RawPath.of(reference.attribute("folder")),
                host.isEmpty() ? Optional.empty() : Optional.of(host)),
            reference.attribute("filesystem"),
            moment(reference),
            Boolean.parseBoolean(reference.attribute("dated")));
    stored.requireSound();
    return stored;
  }

  SnapshotReference reference() {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("target", target.text());
    attributes.put("folder", destination.folder().text());
    attributes.put("host", destination.host().orElse(""));
    attributes.put("filesystem", filesystem);
    attributes.put("begun", begun.text());
    attributes.put("dated", Boolean.toString(dated));
    return new SnapshotReference(RsyncBackend.NAME, id, attributes);
  }

  StoredCopy begunAt(Moment moment) {
    return new StoredCopy(id, target, destination, filesystem, moment, dated);
  }

  static boolean isId(String name) {
    return ID.matcher(name).matches();
  }

  static RawPath viewName(String viewId) {
    if (!isId(viewId)) {
      throw new IllegalArgumentException("not 12 hexadecimal digits: " + viewId);
    }
    return RawPath.of("view-" + viewId);
  }

  private static Moment moment(SnapshotReference reference) {
    try {
      return Moment.of(reference.attribute("begun"));
    } catch (IllegalArgumentException e) {
      throw damaged(reference.id(), "\"begun\" is not a time");
    }
  }

  /** A reference may have been edited by hand, and what it names gets deleted. */
  private void requireSound() {
    if (!isId(id)) {
      throw damaged(id, "the id is not 12 hexadecimal digits");
    }
    if (!target.isAbsolute() || !destination.folder().isAbsolute()) {
      throw damaged(id, "\"target\" or \"folder\" is not an absolute path");
    }
    if (destination
        .host()
        .filter(host -> host.startsWith("-") || !host.contains(":"))
        .isPresent()) {
      throw damaged(id, "\"host\" is not host:path");
    }
  }

  private static DamagedException damaged(String id, String what) {
    return new DamagedException(
        "checkpoint " + id + ": in its snapshot reference " + what,
        "restore the manifest from the copy inside the snapshot");
  }
}
