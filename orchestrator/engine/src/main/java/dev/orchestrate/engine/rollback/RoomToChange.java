package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.backend.Room;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.Target;
import java.util.List;

/**
 * Whether there is room for what a rollback writes: in the filesystem, and wherever checkpoints are
 * stored that share its place, by whichever backend.
 *
 * @param backends all that there are
 * @param bytes to be written, at most
 * @param inodes to be made, at most
 */
public record RoomToChange(List<SnapshotBackend> backends, Target target, long bytes, long inodes) {

  /**
   * To be called before anything is changed.
   *
   * @throws NoSpaceException if there is too little
   */
  void require() {
    requireInFilesystem();
    backends.forEach(backend -> backend.requireRoomToChange(target, bytes, inodes));
  }

  private void requireInFilesystem() {
    try (Directory top = Directory.open(target.path())) {
      requireFree(top, target.path(), bytes);
    } catch (SystemCallException e) {
      throw Failures.of(e, "rolling back " + target.path(), "");
    }
  }

  /**
   * @throws NoSpaceException if the filesystem has not so many bytes
   */
  static void requireFree(Directory top, RawPath path, long bytes) {
    long available = top.fd().availableBytes();
    if (bytes > available) {
      throw new NoSpaceException(
          "%s: can't be rolled back: %d bytes have to be copied, and %d are free"
              .formatted(path, bytes, available),
          "nothing was changed; free some space and try again");
    }
  }

  /** What to ask while it is written. */
  Room meanwhile() {
    return new Room(() -> backends.forEach(backend -> backend.requireRoomToChange(target, 0, 0)));
  }
}
