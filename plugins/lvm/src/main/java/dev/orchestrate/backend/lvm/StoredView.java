package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.View;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A view of a stored snapshot. Of a thin one, a thin snapshot. Of a thick one, which lvm can't
 * snapshot, the same by device-mapper, with a volume as the store of what is written.
 */
final class StoredView {
  private final StoredSnapshot stored;
  private final String name;
  private final ViewFolder folder;

  StoredView(StoredSnapshot stored, String viewId) {
    this.stored = stored;
    this.name = stored.viewName(viewId);
    this.folder = new ViewFolder(stored, RawPath.of(name));
  }

  /** Those of which anything is left: a volume, or a folder. */
  static Stream<StoredView> allOf(StoredSnapshot stored, VolumeGroup group) {
    Set<String> names = new TreeSet<>();
    group.volumes().forEach(volume -> names.add(volume.name()));
    StateFolder.openIfThere(stored)
        .ifPresent(
            opened -> {
              try (Directory all = opened) {
                all.list().forEach(entry -> names.add(entry.text()));
              }
            });
    return names.stream()
        .map(stored::viewIdOf)
        .filter(id -> !id.isEmpty())
        .map(id -> new StoredView(stored, id));
  }

  View make(VolumeGroup group) {
    LogicalVolume snapshot =
        group.find(stored.snapshotName()).orElseThrow(() -> gone(stored, group));
    if (snapshot.isInvalid()) {
      throw new DamagedException(
          "the snapshot " + snapshot.fullName() + " is lost: its store was full",
          "delete the checkpoint; enlarge the volume group for the next one");
    }
    Snapshots.requireUnused(group, name);
    try {
      folder.mount(device(group, snapshot));
      return new View(folder.tree());
    } catch (RuntimeException e) {
      throw removed(e);
    }
  }

  private RawPath device(VolumeGroup group, LogicalVolume snapshot) {
    if (stored.isThin()) {
      Snapshots.snapshotOf(snapshot, name);
      return DeviceMapper.device(group.name(), name);
    }
    Snapshots.store(group, name, stored.storeSize());
    return ThickView.make(name, snapshot.device(), DeviceMapper.device(group.name(), name));
  }

  void remove(VolumeGroup group) {
    folder.remove();
    if (!stored.isThin()) {
      ThickView.remove(name);
    }
    Snapshots.remove(group, name);
  }

  private RuntimeException removed(RuntimeException reason) {
    try {
      remove(VolumeGroup.of(stored));
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
    return reason;
  }

  static NotFoundException gone(StoredSnapshot stored, VolumeGroup group) {
    return new NotFoundException(
        "the snapshot of checkpoint %s is gone: %s/%s"
            .formatted(stored.id(), group.name(), stored.snapshotName()),
        "delete what is left of the checkpoint");
  }
}
