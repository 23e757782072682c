package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Sealing.Revival;
import java.util.List;

/** Completes a snapshot and makes it read-only: read-only means that nothing is left to do. */
final class Seal {
  private final StoredSnapshot stored;
  private final VolumeGroup group;
  private final Sealing sealing;
  private final Notes notes;

  Seal(StoredSnapshot stored, VolumeGroup group, Sealing sealing) {
    this.stored = stored;
    this.group = group;
    this.sealing = sealing;
    this.notes = new Notes(stored);
  }

  void apply() {
    LogicalVolume snapshot =
        group.find(stored.snapshotName()).orElseThrow(() -> StoredView.gone(stored, group));
    if (snapshot.isInvalid()) {
      throw new DamagedException(
          "the snapshot " + snapshot.fullName() + " is lost: its store was full at once",
          "enlarge the volume group, and take the checkpoint again");
    }
    if (!snapshot.isReadOnly()) {
      complete(snapshot);
    }
    notes.removeAll();
  }

  private void complete(LogicalVolume snapshot) {
    if (stored.isThin()) {
      Snapshots.activate(snapshot);
    }
    // of a thick one, take() did not wait for udev to make the device
    Patience.await(snapshot.device());
    write(snapshot);
    if (stored.isThin()) {
      Snapshots.deactivate(snapshot);
    }
    Snapshots.makeReadOnly(snapshot);
  }

  private void write(LogicalVolume snapshot) {
    List<Revival> revivals = sealing.revivals();
    if (stored.kind() != FilesystemKind.EXT4 || revivals.isEmpty()) {
      mounted(snapshot);
      return;
    }
    Ext4Orphans orphans = new Ext4Orphans(new Debugfs(snapshot.device()), notes);
    orphans.keep(revivals);
    mounted(snapshot);
    orphans.finish();
  }

  private void mounted(LogicalVolume snapshot) {
    RawPath name = RawPath.of(stored.id() + ".sealing");
    try (Directory folder = StateFolder.openOrMake(stored)) {
      StateFolder.makeIfMissing(folder, name);
      OwnMounts.with(
          snapshot.device(), stored.kind(), stored.folder().resolve(name), this::writeInto);
      folder.removeDirectory(name);
    }
  }

  private void writeInto(Directory top) {
    try {
      new Revivals(top, stored.kind(), notes).revive(sealing.revivals());
      sealing.writeManifest(top);
      top.fd().syncFilesystem();
    } catch (SystemCallException e) {
      throw Failures.of(e, "writing into the snapshot", "CAP_SYS_ADMIN");
    }
  }
}
