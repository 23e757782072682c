package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SnapshotReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where a checkpoint's snapshots are: {@code folder/id/0}, {@code folder/id/1} and so on, one for
 * each volume, and beside them the views.
 *
 * @param folder the {@link SnapshotFolder}
 * @param madeFolder whether the folder is this checkpoint's doing, so that it goes when it is empty
 * @param filesystem its uuid
 * @param volumes relative to the target, which is the first
 */
record StoredSnapshot(
    String id,
    RawPath target,
    RawPath folder,
    boolean madeFolder,
    String filesystem,
    List<RawPath> volumes) {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

  static StoredSnapshot of(SnapshotReference reference) {
    List<RawPath> volumes = new ArrayList<>();
    int count = count(reference);
    for (int i = 0; i < count; i++) {
      volumes.add(RawPath.of(reference.attribute("volume." + i)));
    }
    StoredSnapshot snapshot =
        new StoredSnapshot(
            reference.id(),
            RawPath.of(reference.attribute("target")),
            RawPath.of(reference.attribute("folder")),
            Boolean.parseBoolean(reference.attribute("madeFolder")),
            reference.attribute("filesystem"),
            volumes);
    snapshot.requireSound();
    return snapshot;
  }

  SnapshotReference reference() {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("target", target.text());
    attributes.put("folder", folder.text());
    attributes.put("madeFolder", "" + madeFolder);
    attributes.put("filesystem", filesystem);
    attributes.put("volumes", "" + volumes.size());
    for (int i = 0; i < volumes.size(); i++) {
      attributes.put("volume." + i, volumes.get(i).text());
    }
    return new SnapshotReference(BtrfsBackend.NAME, id, attributes);
  }

  StoredSnapshot with(List<RawPath> others) {
    return new StoredSnapshot(id, target, folder, madeFolder, filesystem, others);
  }

  RawPath path() {
    return folder.resolve(id);
  }

  static RawPath snapshotName(int volume) {
    return RawPath.of("" + volume);
  }

  static RawPath viewName(String viewId) {
    if (!ID.matcher(viewId).matches()) {
      throw new IllegalArgumentException("not 12 hexadecimal digits: " + viewId);
    }
    return RawPath.of("view-" + viewId);
  }

  private static int count(SnapshotReference reference) {
    try {
      return Integer.parseInt(reference.attribute("volumes"));
    } catch (NumberFormatException e) {
      throw damaged(reference.id(), "\"volumes\" is not a number");
    }
  }

  /** A reference may have been edited by hand, and what it names gets deleted. */
  private void requireSound() {
    if (!ID.matcher(id).matches()) {
      throw damaged(id, "the id is not 12 hexadecimal digits");
    }
    if (!target.isAbsolute() || !folder.isAbsolute()) {
      throw damaged(id, "\"target\" or \"folder\" is not an absolute path");
    }
    if (volumes.isEmpty() || !volumes.stream().allMatch(RawPath::isPlainRelative)) {
      throw damaged(id, "its volumes are not paths below the target");
    }
  }

  private static DamagedException damaged(String id, String what) {
    return new DamagedException(
        "checkpoint " + id + ": in its snapshot reference " + what,
        "restore the manifest from the copy inside the snapshot");
  }
}
