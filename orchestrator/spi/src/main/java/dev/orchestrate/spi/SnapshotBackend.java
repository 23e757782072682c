package dev.orchestrate.spi;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Optional;
import org.pf4j.ExtensionPoint;

/**
 * A way to store the state of a filesystem: what a plugin provides, annotated with
 * {@code @Extension}.
 *
 * <p>A backend never sees a process or a relink; the engine never sees a subvolume, a logical
 * volume or a copy. One instance serves one command, and makes one checkpoint at a time: each of a
 * snapshot set has an instance of its own, and their {@link #take} runs at the same time. The
 * engine calls the phases of one checkpoint one after the other, in the order {@code probe, locate,
 * prepare, take, seal}, and those of one that comes from elsewhere in the order {@code probe,
 * locateReceived, receive, seal}; after a failure, or a crash, it calls {@link #delete}. Only
 * {@link #take} runs while processes are frozen: whatever is slow or likely to fail belongs into
 * {@link #probe}, {@link #prepare} or {@link #seal}. Where a backend {@link #isShared}, what
 * another host has stored is borrowed by {@code probe, locateShared}, and never deleted.
 *
 * <p>Every method may throw an {@link OrchestrateException}, whose type says what a user can do
 * about it, or {@link dev.orchestrate.linux.SystemCallException}.
 */
public interface SnapshotBackend extends ExtensionPoint {

  /** What users write behind {@code --backend=}: lower case, one word. */
  String name();

  /** One line for people: what it snapshots, and what it needs. */
  String description();

  /** Programs that it starts, for {@code orchestrate doctor} to say which are missing. */
  default List<Tool> tools() {
    return List.of();
  }

  /** Whether this backend fits the target, and what it can do there. Changes nothing. */
  Assessment probe(Target target, Settings settings);

  /**
   * Chooses where the snapshot will be. Changes nothing: what the other phases make there can be
   * removed by {@link #delete} from the moment on that the engine has noted the reference.
   */
  SnapshotReference locate(SnapshotRequest request);

  /**
   * Slow work that shortens the window, such as writing back dirty data. Leaves nothing behind but
   * what {@link #delete} removes.
   *
   * @param reference what {@link #locate} gave for this request
   * @param progress for what takes time in proportion to the data
   */
  void prepare(SnapshotReference reference, SnapshotRequest request, Progress progress);

  /**
   * Where the engine puts the contents of files without a name, named as in the relink folder of
   * the target's own volume, from {@link #prepare} until {@link #seal}: in the snapshot they belong
   * into that folder. Asked for only if the assessment has {@link Capability#STAGES_CONTENTS}.
   *
   * @return an empty folder, the same at each call; the caller closes it
   */
  default Directory staging(SnapshotReference reference) {
    throw new UnsupportedOperationException(name() + " does not stage contents");
  }

  /**
   * Takes the snapshot, while the processes are frozen: the point in time. No sleep, no scan, no
   * command that could wait for a frozen process.
   */
  void take(SnapshotReference reference);

  /**
   * Completes the stored snapshot after the thaw and makes it unchangeable. Called again after an
   * interruption, it completes what was begun.
   */
  void seal(SnapshotReference reference, Sealing sealing);

  /**
   * Whether this backend could take in a tree from elsewhere at the target, asked in the place of
   * {@link #probe}. Changes nothing. By default, where it fits and has {@link Capability#RECEIVES};
   * a backend that does so at some targets only can say here what is in the way at others.
   */
  default Assessment probeReceiving(Target target, Settings settings) {
    Assessment assessment = probe(target, settings);
    return assessment instanceof Assessment.Fits fit
            && !fit.capabilities().contains(Capability.RECEIVES)
        ? new Assessment.Unfit("can't receive a checkpoint from elsewhere there")
        : assessment;
  }

  /**
   * Chooses where a snapshot will be whose tree comes from elsewhere, as {@link #locate} does for
   * one that is to be taken of the target. It will be one volume. Asked for only if {@link
   * #probeReceiving} says that this fits.
   *
   * @throws ConflictException if there is something in the place: it is not this checkpoint's, and
   *     {@link #delete} would remove it
   */
  default SnapshotReference locateReceived(SnapshotRequest request) {
    throw new UnsupportedOperationException(name() + " does not receive");
  }

  /**
   * Makes the empty top of a tree, which the engine fills; then it calls {@link #seal}. This is in
   * the place of {@link #prepare} and {@link #take}.
   *
   * @param reference what {@link #locateReceived} gave
   * @return the top, of mode 0700 and out of reach of others; the caller closes it
   */
  default Directory receive(SnapshotReference reference) {
    throw new UnsupportedOperationException(name() + " does not receive");
  }

  /**
   * The same with a copy of another checkpoint's tree in it, of which the engine then changes what
   * differs. Both share what they can; the other one stays as it is, byte for byte.
   *
   * @param parent that this backend stores, complete
   * @return the top, out of reach of others; the caller closes it
   * @throws NotSupportedException if this can't be made of that
   */
  default Directory receive(SnapshotReference reference, SnapshotReference parent) {
    throw new NotSupportedException(
        name() + " can't make one checkpoint of another",
        "have the whole checkpoint sent, without --parent");
  }

  /**
   * Whether all that this backend stores is in filesystems that other hosts mount at the same time,
   * and see there as this one does, down to the inode numbers. Then a checkpoint is sent as its
   * manifest alone, and {@link #locateShared} is what finds it on the other host, which has this
   * backend, too.
   */
  default boolean isShared() {
    return false;
  }

  /**
   * Tells how to find here what another host has stored: the filesystem is mounted at the target,
   * and its relink folder has the names and the manifest, which the engine has compared. Changes
   * nothing. Asked for only if {@link #probe} says that the target fits.
   *
   * <p>What the engine keeps of this is {@link SnapshotReference#isBorrowed}. Such a reference is
   * given to {@link #mount}, {@link #unmount}, {@link #store} and {@link #requireReachable}, never
   * to {@link #delete}: what is stored is the other checkpoint's. Views of a borrowed one should
   * outlast the deletion of that one, as programs of this host run in them; and nothing but {@link
   * #unmount} removes them.
   *
   * @throws NotSupportedException unless this backend {@link #isShared}
   */
  default SnapshotReference locateShared(SnapshotRequest request) {
    throw new NotSupportedException(
        name() + " stores nothing that another host could see", "have the whole checkpoint sent");
  }

  /**
   * Asked from time to time while the engine fills the tree that {@link #receive} made, when it
   * has, and when it could not: fails if what holds the tree is about to be full, so that others
   * who share it are not hit, or is full already, which the tree itself may tell as any failure of
   * a write. By default nothing but the tree is asked.
   *
   * @throws NoSpaceException if there is too little room to go on
   */
  default void requireRoom(SnapshotReference reference) {}

  /**
   * Asked before the live tree is written anew in part, as a rollback does, and from time to time
   * meanwhile, then with zeros: fails if what is stored, or others who share its place, may not
   * have the room that they need afterwards. Asked of every backend, whether it fits the tree or
   * not, and whoever stores the checkpoints in question: others may share its place. What the
   * filesystem itself has free, the engine looks at. By default there is always room.
   *
   * @param bytes to be written, at most
   * @param inodes to be made, at most
   * @throws NoSpaceException if there is too little room
   * @throws NotSupportedException if what is stored can't be sure to last
   */
  default void requireRoomToChange(Target target, long bytes, long inodes) {}

  /**
   * Makes a writable tree with the snapshot's contents, which can be thrown away; the snapshot
   * stays as it is, byte for byte. Views of one snapshot may exist side by side.
   *
   * @param viewId 12 hexadecimal digits, unique
   */
  View mount(SnapshotReference reference, String viewId);

  /** Throws a view away, with what was written to it; does nothing if there is none. */
  void unmount(SnapshotReference reference, String viewId);

  /**
   * The folder of this host, absolute, in which the checkpoint is stored under its id, with others
   * perhaps: where that is in a live tree, a comparison leaves it out, and a rollback alone.
   *
   * @return empty if it is in no folder, but in a volume of its own, say
   */
  default Optional<RawPath> store(SnapshotReference reference) {
    return Optional.empty();
  }

  /**
   * Asked before a deletion is begun, after which the checkpoint can't be restarted any more: fails
   * if what is stored can't be reached now, as its filesystem is not mounted, say. Changes nothing.
   */
  default void requireReachable(SnapshotReference reference) {}

  /**
   * Removes the snapshot, finished or half-made, with its views, durably; does nothing if there is
   * none. Not called for what is {@link SnapshotReference#isBorrowed}.
   */
  void delete(SnapshotReference reference);
}
