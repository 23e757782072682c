package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.SnapshotReference;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of a checkpoint before it is complete.
 *
 * @param target the top of the tree
 * @param relinkFolder where the live tree has relinks meanwhile, relative to the target
 * @param snapshot where it is going to be, for the backend
 */
public record Begun(
    String id,
    Instant created,
    RawPath target,
    String backend,
    RawPath relinkFolder,
    Map<String, RawPath> snapshot) {

  public static Begun of(
      SnapshotReference reference, Instant created, RawPath target, RawPath relinkFolder) {
    return new Begun(
        reference.id(),
        created,
        target,
        reference.backend(),
        relinkFolder,
        Manifest.attributesOf(reference));
  }

  public SnapshotReference snapshotReference() {
    Map<String, String> attributes = new TreeMap<>();
    snapshot.forEach((name, value) -> attributes.put(name, value.text()));
    return new SnapshotReference(backend, id, attributes);
  }
}
