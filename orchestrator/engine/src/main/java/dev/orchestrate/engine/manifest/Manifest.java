package dev.orchestrate.engine.manifest;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.SnapshotReference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a checkpoint stored, and all that a restart needs to know. The published form is described
 * by the resource {@code manifest.schema.json}.
 *
 * <p>Paths on the target are relative to its top, so that it may be restarted elsewhere.
 *
 * @param version of the form; this program reads {@link #VERSION}
 * @param id 12 hexadecimal digits
 * @param set the checkpoints that were taken with this one, if there were any
 * @param snapshot what the backend needs to find the snapshot
 * @param frozenMicros how long the processes stood still, in microseconds
 * @param freezing which processes were frozen how
 * @param relinks the inodes that were given a name, each once
 * @param descriptions the open file descriptions, each once however many descriptors share it
 * @param warnings what the user was told
 * @param renumbered by which maps the owners of its files, and its processes, got the numbers that
 *     they have: those of each receipt, in words; empty if they are those of the host it was taken
 *     on
 */
public record Manifest(
    int version,
    String id,
    Optional<SnapshotSet> set,
    Instant created,
    String backend,
    TargetRecord target,
    Map<String, RawPath> snapshot,
    RawPath manifestPath,
    long frozenMicros,
    List<String> freezing,
    List<Relink> relinks,
    List<Description> descriptions,
    List<ProcessRecord> processes,
    List<String> warnings,
    Optional<String> renumbered) {
  public static final int VERSION = 1;

  /**
   * Where the tree was.
   *
   * @param path of its top when the checkpoint was made
   * @param pathInFilesystem the same from the root of its filesystem
   * @param type such as btrfs
   * @param source such as /dev/sda1
   */
  public record TargetRecord(RawPath path, RawPath pathInFilesystem, String type, RawPath source) {}

  /** The open file descriptions by their numbers in this manifest. */
  public Map<Integer, Description> descriptionsById() {
    return descriptions.stream().collect(Collectors.toMap(Description::id, Function.identity()));
  }

  public SnapshotReference snapshotReference() {
    return reference(backend, id, snapshot);
  }

  /** The reference that was kept as {@link #attributesOf} has it. */
  public static SnapshotReference reference(
      String backend, String id, Map<String, RawPath> snapshot) {
    Map<String, String> attributes = new TreeMap<>();
    snapshot.forEach((name, value) -> attributes.put(name, value.text()));
    return new SnapshotReference(backend, id, attributes);
  }

  /** How a manifest keeps a reference. */
  public static Map<String, RawPath> attributesOf(SnapshotReference reference) {
    Map<String, RawPath> attributes = new TreeMap<>();
    reference.attributes().forEach((name, value) -> attributes.put(name, RawPath.of(value)));
    return attributes;
  }
}
