package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Sealing.Revival;
import java.util.List;

/**
 * Completes the snapshots of a checkpoint and makes them read-only, one by one: read-only means
 * that nothing is left to do.
 */
final class Seal {
  private final StoredSnapshot stored;
  private final Directory folder;
  private final Sealing sealing;

  Seal(StoredSnapshot stored, Directory folder, Sealing sealing) {
    this.stored = stored;
    this.folder = folder;
    this.sealing = sealing;
  }

  void apply() {
    for (int i = 0; i < stored.volumes().size(); i++) {
      takeIfLeftOver(i);
      List<Revival> revivals = revivalsIn(i);
      if (!isSealed(i)) {
        seal(i, revivals);
      }
      Removal.remove(folder, workingCopy(i));
    }
    BtrfsIoctl.commit(folder.fd());
  }

  /** The snapshot of a volume that was read-only when the others were taken. */
  private void takeIfLeftOver(int volume) {
    RawPath name = StoredSnapshot.snapshotName(volume);
    if (folder.find(name).isPresent()) {
      return;
    }
    try (Directory top = Directory.open(stored.target());
        Directory live = top.openDirectory(stored.volumes().get(volume))) {
      if (!BtrfsIoctl.isReadOnly(live.fd())) {
        throw CheckpointFolder.gone(stored, stored.path().resolve(name));
      }
      OpenVolumes.snapshot(live, folder, name);
    }
  }

  private List<Revival> revivalsIn(int volume) {
    RawPath path = stored.volumes().get(volume);
    return sealing.revivals().stream().filter(revival -> revival.volume().equals(path)).toList();
  }

  private boolean isSealed(int volume) {
    try (Directory snapshot = folder.openDirectory(StoredSnapshot.snapshotName(volume))) {
      return BtrfsIoctl.isReadOnly(snapshot.fd())
          && (volume > 0 || snapshot.find(sealing.manifestPath()).isPresent());
    }
  }

  private void seal(int volume, List<Revival> revivals) {
    RawPath name = StoredSnapshot.snapshotName(volume);
    if (revivals.isEmpty()) {
      complete(name, volume, revivals);
    } else {
      RawPath copy = workingCopy(volume);
      makeWorkingCopy(name, copy);
      complete(copy, volume, revivals);
      folder.exchange(copy, folder, name);
    }
  }

  /**
   * Revivals happen in a copy that then takes the snapshot's place: an inode whose immutable flag
   * is off for the moment would stay so if this were interrupted.
   */
  private void makeWorkingCopy(RawPath name, RawPath copy) {
    Removal.remove(folder, copy);
    try (Directory snapshot = folder.openDirectory(name)) {
      OpenVolumes.snapshot(snapshot, folder, copy);
    }
  }

  private void complete(RawPath name, int volume, List<Revival> revivals) {
    try (Directory snapshot = folder.openDirectory(name)) {
      if (BtrfsIoctl.isReadOnly(snapshot.fd())) {
        BtrfsIoctl.setReadOnly(snapshot.fd(), false);
      }
      Revivals.revive(snapshot, revivals);
      if (volume == 0) {
        sealing.writeManifest(snapshot);
      }
      BtrfsIoctl.setReadOnly(snapshot.fd(), true);
    }
  }

  private static RawPath workingCopy(int volume) {
    return StoredSnapshot.snapshotName(volume).append(".sealing");
  }
}
