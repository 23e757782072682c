package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.Target;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where a checkpoint's snapshot is: the volume {@code orchestrate_ID} of its origin's volume group,
 * and beside it its views. They carry a tag; what does not is never removed.
 *
 * @param group uuid of the volume group, as its name may change
 * @param origin name of the volume that the snapshot is of, or beside which it was received
 * @param storeSize in bytes, of the store of a thick snapshot; 0 for a thin one
 * @param folder for mount points and notes, absolute
 */
record StoredSnapshot(
    String id, String group, String origin, FilesystemKind kind, long storeSize, RawPath folder) {
  static final String TAG = "orchestrate";

  private static final RawPath FOLDER = RawPath.of("lvm");

  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
  private static final Pattern UUID = Pattern.compile("\\w{6}(-\\w{4}){5}-\\w{6}");

  /** What lvm(8) allows in a name, but for a dash in front, which would be an option. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9+_.][a-zA-Z0-9+_.-]{0,126}");

  static StoredSnapshot plan(String id, Target target, VolumeGroup group, Settings settings) {
    LogicalVolume origin = group.origin();
    return new StoredSnapshot(
        id,
        group.uuid(),
        origin.name(),
        FilesystemKind.of(target.mount().type()).orElseThrow(),
        origin.isThin() ? 0 : ThickStore.sizeFor(origin),
        settings.stateFolder().resolve(FOLDER));
  }

  static StoredSnapshot of(SnapshotReference reference) {
    StoredSnapshot snapshot =
        new StoredSnapshot(
            reference.id(),
            reference.attribute("group"),
            reference.attribute("origin"),
            FilesystemKind.of(reference.attribute("filesystem"))
                .orElseThrow(() -> damaged(reference.id(), "\"filesystem\" is not known")),
            storeSize(reference),
            RawPath.of(reference.attribute("folder")));
    snapshot.requireSound();
    return snapshot;
  }

  SnapshotReference reference() {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("group", group);
    attributes.put("origin", origin);
    attributes.put("filesystem", kind.type());
    attributes.put("storeSize", "" + storeSize);
    attributes.put("folder", folder.text());
    return new SnapshotReference(LvmBackend.NAME, id, attributes);
  }

  boolean isThin() {
    return storeSize == 0;
  }

  String snapshotName() {
    return "orchestrate_" + id;
  }

  String viewName(String viewId) {
    if (!ID.matcher(viewId).matches()) {
      throw new IllegalArgumentException("not 12 hexadecimal digits: " + viewId);
    }
    return snapshotName() + "_" + viewId;
  }

  /** The view of this checkpoint that has this name, or an empty string. */
  String viewIdOf(String name) {
    String prefix = snapshotName() + "_";
    String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
    return ID.matcher(rest).matches() ? rest : "";
  }

  private static long storeSize(SnapshotReference reference) {
    try {
      return Long.parseLong(reference.attribute("storeSize"));
    } catch (NumberFormatException e) {
      throw damaged(reference.id(), "\"storeSize\" is not a number");
    }
  }

  /** A reference may have been edited by hand, and what it names gets deleted. */
  private void requireSound() {
    if (!ID.matcher(id).matches()) {
      throw damaged(id, "the id is not 12 hexadecimal digits");
    }
    if (!UUID.matcher(group).matches()) {
      throw damaged(id, "\"group\" is not the uuid of a volume group");
    }
    if (!NAME.matcher(origin).matches()) {
      throw damaged(id, "\"origin\" is not the name of a volume");
    }
    if (storeSize < 0) {
      throw damaged(id, "\"storeSize\" is negative");
    }
    boolean plain = folder.isAbsolute() && folder.relativeTo(RawPath.ROOT).isPlainRelative();
    if (!plain || !folder.name().equals(FOLDER)) {
      throw damaged(id, "\"folder\" is not one that this backend makes: STATE_FOLDER/lvm");
    }
  }

  private static DamagedException damaged(String id, String what) {
    return new DamagedException(
        "checkpoint " + id + ": in its snapshot reference " + what,
        "restore the manifest from the copy inside the snapshot");
  }
}
