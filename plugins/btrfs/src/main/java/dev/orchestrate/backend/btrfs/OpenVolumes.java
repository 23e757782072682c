package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The live volumes and the checkpoint's folder, opened: while processes are frozen no path needs to
 * be looked up.
 */
final class OpenVolumes implements AutoCloseable {
  private final Deque<Directory> opened = new ArrayDeque<>();
  private final List<Directory> volumes = new ArrayList<>();
  private final Directory folder;

  private OpenVolumes(Directory folder) {
    this.folder = folder;
    opened.push(folder);
  }

  static OpenVolumes of(StoredSnapshot snapshot) {
    OpenVolumes open = new OpenVolumes(CheckpointFolder.open(snapshot));
    try {
      Directory top = open.keep(Directory.open(snapshot.target()));
      for (RawPath path : snapshot.volumes()) {
        open.volumes.add(path.isEmpty() ? top : open.keep(top.openDirectory(path)));
      }
      return open;
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  private Directory keep(Directory directory) {
    opened.push(directory);
    return directory;
  }

  /** What is written back before the freeze, the snapshot need not wait for. */
  void writeBack() {
    folder.fd().syncFilesystem();
  }

  /**
   * Snapshots what can change. A read-only volume is left to {@link Seal}: it will be the same
   * after the thaw, and each snapshot makes the frozen time longer by a commit.
   */
  void snapshotWritableOnes() {
    for (int i = 0; i < volumes.size(); i++) {
      if (!BtrfsIoctl.isReadOnly(volumes.get(i).fd())) {
        snapshot(volumes.get(i), folder, StoredSnapshot.snapshotName(i));
      }
    }
  }

  /** A writable snapshot, with the kernel's reasons put into words. */
  static void snapshot(Directory volume, Directory into, RawPath name) {
    try {
      BtrfsIoctl.snapshot(volume.fd(), into, name);
    } catch (SystemCallException e) {
      if (e.is(Errno.ETXTBSY)) {
        throw new ConflictException(
            volume.subject() + " can't be snapshotted: it contains an active swap file",
            "swapoff it, or move it to a subvolume outside",
            e);
      }
      throw Failures.of(e, "taking a snapshot of " + volume.subject(), "CAP_FOWNER");
    }
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }
}
