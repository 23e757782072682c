package dev.orchestrate.backend.btrfs;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Something that runs containers, for a test. Closing it ends those that it started, and it. */
interface ContainerRuntime extends AutoCloseable {
  /** Where a container has its volume. */
  String VOLUME = "/data";

  /**
   * Starts a container whose root has the subject in it, and an empty directory at {@link #VOLUME}.
   *
   * @param volume a directory of this host
   * @param meeting another, which is read-only there, at the same path as here
   * @return the number of its first process, as this host counts them
   */
  long start(String name, Optional<Path> volume, Path meeting, List<String> command);

  /** Assignments for a shell, by which programs find it. */
  String environment();

  @Override
  void close();
}
