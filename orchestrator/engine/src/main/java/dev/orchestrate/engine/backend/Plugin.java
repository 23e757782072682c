package dev.orchestrate.engine.backend;

import dev.orchestrate.spi.SnapshotBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A jar in a plugins folder, or a folder there.
 *
 * @param file the jar or folder
 * @param id what it calls itself; the file's name if it does not say
 * @param version of the plugin; empty if it does not say
 * @param requires which versions of this program it works with, such as {@code >=0.1.0}; empty if
 *     it does not say
 * @param description a line for people; may be empty
 * @param backends that it provides; empty if there is a problem
 * @param problem why it can't be used
 */
public record Plugin(
    Path file,
    String id,
    String version,
    String requires,
    String description,
    List<SnapshotBackend> backends,
    Optional<String> problem) {

  public List<String> backendNames() {
    return backends.stream().map(SnapshotBackend::name).sorted().toList();
  }

  /** For messages. */
  @Override
  public String toString() {
    return ("plugin " + id + " " + version).strip();
  }
}
