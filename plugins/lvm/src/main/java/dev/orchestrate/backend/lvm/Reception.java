package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;

/**
 * A tree from elsewhere on its way into a volume of its own. The volume has the name and the tag of
 * any snapshot from its first moment, and is mounted as views are until the tree is whole; then
 * {@link Seal} makes the same of it as of a snapshot.
 */
final class Reception {
  private static final String ADVICE = "have the whole checkpoint sent, without --parent";

  /** In parts of the origin: what just fits in there fits, however mkfs lays it out today. */
  private static final int MARGIN = 8;

  private final StoredSnapshot stored;
  private final ViewFolder folder;

  Reception(StoredSnapshot stored) {
    this.stored = stored;
    this.folder = new ViewFolder(stored, RawPath.of(stored.snapshotName()));
  }

  /**
   * @return the empty top of a new filesystem like the origin's, of mode 0700
   */
  Directory intoNewVolume(VolumeGroup group) {
    LogicalVolume origin = origin(group);
    requireRoom(origin, group);
    Snapshots.thin(origin, stored.snapshotName(), origin.size() + origin.size() / MARGIN);
    RawPath device = DeviceMapper.device(group.name(), stored.snapshotName());
    new NewFilesystem(stored.kind(), device).makeLike(origin.device());
    Directory top = mounted(device);
    top.fd().prepared(made -> empty(top));
    return top;
  }

  /** What mkfs puts into it, lost+found, is made anew by e2fsck when it is needed. */
  private static void empty(Directory top) {
    top.list().forEach(top::removeDirectory);
    top.fd().setPermissions(0700);
  }

  /**
   * @return the top of a copy of the parent's tree, which shares all blocks with that
   * @throws NotSupportedException if it can't be, as it is elsewhere, or of another kind
   */
  Directory intoCopyOf(StoredSnapshot parent, VolumeGroup group) {
    requireCopyable(parent);
    LogicalVolume snapshot =
        group.find(parent.snapshotName()).orElseThrow(() -> StoredView.gone(parent, group));
    requireRoom(snapshot, group);
    Snapshots.snapshotOf(snapshot, stored.snapshotName());
    return mounted(DeviceMapper.device(group.name(), stored.snapshotName()));
  }

  private void requireCopyable(StoredSnapshot parent) {
    if (!parent.group().equals(stored.group())) {
      throw new NotSupportedException(
          "checkpoint " + parent.id() + " is stored in another volume group",
          "receive into a filesystem of that, or " + ADVICE);
    }
    if (!parent.isThin()) {
      throw new NotSupportedException(
          "checkpoint " + parent.id() + " is one of a thick volume, which lvm can't copy", ADVICE);
    }
    if (parent.kind() != stored.kind()) {
      throw new NotSupportedException(
          "checkpoint %s is stored as %s, and the filesystem to receive into is %s"
              .formatted(parent.id(), parent.kind().type(), stored.kind().type()),
          "receive into one of that kind, or " + ADVICE);
    }
  }

  private Directory mounted(RawPath device) {
    Patience.await(device);
    folder.mount(device);
    try {
      return Directory.open(folder.tree());
    } catch (SystemCallException e) {
      throw Failures.of(e, "opening the new volume", "CAP_SYS_ADMIN");
    }
  }

  /**
   * @throws dev.orchestrate.spi.NoSpaceException if the pool is so full that no snapshot would be
   *     taken in it
   */
  void requireRoom() {
    writeBack();
    VolumeGroup group = VolumeGroup.of(stored);
    group.find(stored.snapshotName()).ifPresent(volume -> requireRoom(volume, group));
  }

  /** Of what is in memory only, the pool knows nothing. */
  private void writeBack() {
    try (Directory top = Directory.open(folder.tree())) {
      top.fd().syncFilesystem();
    } catch (SystemCallException e) {
      // there is no tree, or it can't be written to: what matters here is whether the pool is full
    }
  }

  private static void requireRoom(LogicalVolume thin, VolumeGroup group) {
    group.find(thin.pool()).ifPresent(pool -> ThinPool.of(pool).requireRoomFor(0, 0));
  }

  /** Nobody reaches the tree from here on; does nothing if there is none. */
  void end() {
    folder.remove();
  }

  private LogicalVolume origin(VolumeGroup group) {
    return group
        .find(stored.origin())
        .orElseThrow(
            () ->
                new NotFoundException(
                    "there is no volume " + group.name() + "/" + stored.origin(),
                    "look where it is: lvs"));
  }
}
