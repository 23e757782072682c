package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How to make a filesystem for one backend's tests: all that a plugin author writes to have {@link
 * CheckpointSituations} run against the plugin.
 */
public interface TestFilesystem {

  /** The backend's name, as users write it behind {@code --backend=}. */
  String backend();

  /**
   * The heading of its column in the table of all situations, and a file's name: the backend, and
   * on what if it is tested on several kinds of filesystem, such as {@code lvm-ext4-thin}.
   */
  default String label() {
    return backend();
  }

  /**
   * Makes and mounts a new, empty filesystem. The test closes it.
   *
   * @param bytes its size, at least 512 MiB, up to 8 GiB; sparse, as hardly anything is written
   */
  MountedFilesystem make(long bytes);

  /** What {@code checkpoint} and {@code receive} are told there, such as a place for copies. */
  default Stream<Object> options(MountedFilesystem filesystem) {
    return Stream.empty();
  }

  /** What the backend can do here beyond what all can; the tests of the rest are skipped. */
  default Set<Claim> claims() {
    return EnumSet.allOf(Claim.class);
  }

  /**
   * What the backend has stored: subvolumes, logical volumes, copies. Compared before and after
   * whatever must leave nothing behind, such as a restart or a failed checkpoint.
   */
  List<String> inventory(MountedFilesystem filesystem);

  /**
   * The same, for a backend whose default is to store below the program's state folder.
   *
   * @param state the state folder of the program under test
   */
  default List<String> inventory(MountedFilesystem filesystem, Path state) {
    return inventory(filesystem);
  }

  /**
   * Whether a path in the live tree, relative to its top, belongs to the backend's own store, and
   * so may appear with a checkpoint.
   */
  default boolean isStore(String path) {
    return false;
  }

  /**
   * A file in a stored snapshot.
   *
   * @param checkpoint whose
   * @param path relative to the target
   */
  record StoredFile(String checkpoint, String path) {}

  /**
   * How to flip a byte of a stored file behind the backend's back, as a failing disk would, or
   * somebody who means harm. Without it, that nothing of this stays unnoticed is not tried.
   *
   * @param state the state folder of the program under test
   */
  default Optional<Runnable> byteFlip(MountedFilesystem filesystem, Path state, StoredFile file) {
    return Optional.empty();
  }
}
