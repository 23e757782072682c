package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.spi.DamagedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** A checkpoint that comes from elsewhere, and that anybody may have made. Asked in this order. */
interface Incoming {
  /**
   * @throws DamagedException if there is none, as with the others
   */
  StreamFormat.Header header();

  /** From whose tree this one is told to differ, if not all of it comes. */
  default Optional<ParentCheckpoint> parent() {
    return Optional.empty();
  }

  /**
   * What tells the filesystem in which all of it is already, if no tree comes: then the manifest is
   * followed by the end.
   */
  default Optional<SharedManifest> shared() {
    return Optional.empty();
  }

  Manifest manifest();

  /** What people should know of all this, a line each. */
  default List<String> notices() {
    return List.of();
  }

  /**
   * @param stored the folder that the tree is about to be written to
   * @throws dev.orchestrate.spi.ConflictException if that is a part of what is read
   */
  default void requireApart(Directory stored) {}

  /**
   * Passes all of the tree on, as tar(1) writes it.
   *
   * @param progress told of bytes
   * @throws IOException if what takes it can't
   */
  void tree(OutputStream archive, LongConsumer progress) throws IOException;

  /** Passes all that differs on, likewise; instead of the tree, if there is a parent. */
  default void differences(OutputStream steps, LongConsumer progress) throws IOException {
    throw new IllegalStateException("all of the tree comes");
  }

  /**
   * @throws DamagedException unless all was as it was sent, and this is the end
   */
  void end();
}
