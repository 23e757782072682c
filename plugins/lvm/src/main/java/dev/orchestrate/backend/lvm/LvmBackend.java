package dev.orchestrate.backend.lvm;

import dev.orchestrate.backend.lvm.DeviceMapper.VolumeId;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Tool;
import dev.orchestrate.spi.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pf4j.Extension;

/** Snapshots of logical volumes: thin ones, and thick ones with a store for what changes. */
@Extension
public final class LvmBackend implements SnapshotBackend {
  static final String NAME = "lvm";

  private final Map<SnapshotReference, List<String>> prepared = new HashMap<>();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "snapshots of ext4 and xfs on LVM volumes, thin or thick; needs root";
  }

  @Override
  public List<Tool> tools() {
    return List.of(
        new Tool("lvm", "lvm2", "to take snapshots"),
        new Tool("dmsetup", "dmsetup", "for thick volumes"),
        new Tool("debugfs", "e2fsprogs", "for files without a name on ext4"),
        new Tool("mkfs.ext4", "e2fsprogs", "to receive checkpoints on ext4"),
        new Tool("mkfs.xfs", "xfsprogs", "to receive checkpoints on xfs"));
  }

  @Override
  public Assessment probe(Target target, Settings settings) {
    return new LvmProbe(target, settings).assess();
  }

  @Override
  public SnapshotReference locate(SnapshotRequest request) {
    Target target = request.target();
    VolumeGroup group = VolumeGroup.holding(DeviceMapper.volumeOf(target.mount()).orElseThrow());
    StoredSnapshot stored = StoredSnapshot.plan(request.id(), target, group, request.settings());
    Snapshots.requireUnused(group, stored.snapshotName());
    return stored.reference();
  }

  @Override
  public void prepare(SnapshotReference reference, SnapshotRequest request, Progress progress) {
    writeBack(request.target());
    StoredSnapshot stored = StoredSnapshot.of(reference);
    prepared.put(reference, Snapshots.rehearsed(stored, VolumeGroup.of(stored)));
  }

  private static void writeBack(Target target) {
    try (Directory top = Directory.open(target.path())) {
      top.fd().syncFilesystem();
    }
  }

  @Override
  public void take(SnapshotReference reference) {
    List<String> command = prepared.remove(reference);
    if (command == null) {
      StoredSnapshot stored = StoredSnapshot.of(reference);
      command = Snapshots.takeCommand(stored, VolumeGroup.of(stored));
    }
    Lvm.run("taking the snapshot", command);
  }

  @Override
  public void seal(SnapshotReference reference, Sealing sealing) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    new Reception(stored).end();
    new Seal(stored, VolumeGroup.of(stored), sealing).apply();
  }

  @Override
  public Assessment probeReceiving(Target target, Settings settings) {
    return new LvmProbe(target, settings).assessReceiving();
  }

  /** What comes from elsewhere gets a volume of the same name and kind as a snapshot would. */
  @Override
  public SnapshotReference locateReceived(SnapshotRequest request) {
    return locate(request);
  }

  @Override
  public Directory receive(SnapshotReference reference) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    return new Reception(stored).intoNewVolume(VolumeGroup.of(stored));
  }

  @Override
  public Directory receive(SnapshotReference reference, SnapshotReference parent) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    return new Reception(stored).intoCopyOf(StoredSnapshot.of(parent), VolumeGroup.of(stored));
  }

  @Override
  public void requireRoom(SnapshotReference reference) {
    new Reception(StoredSnapshot.of(reference)).requireRoom();
  }

  @Override
  public void requireRoomToChange(Target target, long bytes, long inodes) {
    Optional<VolumeId> volume = DeviceMapper.volumeOf(target.mount());
    if (volume.isEmpty() || Programs.find("lvm").isEmpty()) {
      return;
    }
    writeBack(target); // of what is in memory only, a pool knows nothing
    VolumeGroup group = VolumeGroup.holding(volume.get());
    LogicalVolume origin = group.origin();
    if (!origin.isThin()) {
      ThickStore.requireNone(origin, group);
    } else if (group.hasSnapshotsBeside(origin)) {
      group.find(origin.pool()).ifPresent(pool -> ThinPool.of(pool).requireRoomFor(bytes, inodes));
    }
  }

  @Override
  public View mount(SnapshotReference reference, String viewId) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    return new StoredView(stored, viewId).make(VolumeGroup.of(stored));
  }

  @Override
  public void unmount(SnapshotReference reference, String viewId) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    new StoredView(stored, viewId).remove(VolumeGroup.of(stored));
  }

  @Override
  public void requireReachable(SnapshotReference reference) {
    VolumeGroup.of(StoredSnapshot.of(reference));
  }

  @Override
  public void delete(SnapshotReference reference) {
    prepared.remove(reference);
    StoredSnapshot stored = StoredSnapshot.of(reference);
    Snapshots.delete(stored, VolumeGroup.of(stored));
  }
}
