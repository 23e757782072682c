package dev.orchestrate.spi;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a snapshot is: all that a backend needs to find it again, in another process or after a
 * reboot.
 *
 * @param backend its name
 * @param id of the checkpoint
 * @param attributes what the backend wants to remember, by any names but {@code borrowed}; paths as
 *     {@link dev.orchestrate.linux.RawPath#text()}
 */
public record SnapshotReference(String backend, String id, Map<String, String> attributes) {
  private static final String BORROWED = "borrowed";

  public SnapshotReference {
    attributes = new TreeMap<>(attributes);
  }

  /**
   * The same for a checkpoint that only refers to what another one stores, in the catalog of
   * another host perhaps: nothing that is stored is removed with it.
   */
  public SnapshotReference borrowed() {
    Map<String, String> marked = new HashMap<>(attributes);
    marked.put(BORROWED, "true");
    return new SnapshotReference(backend, id, marked);
  }

  /** Whether what is stored belongs to another checkpoint. */
  public boolean isBorrowed() {
    return attributes.containsKey(BORROWED);
  }

  /**
   * @throws DamagedException if there is no such attribute, as in a manifest edited by hand
   */
  public String attribute(String name) {
    String value = attributes.get(name);
    if (value == null) {
      throw new DamagedException(
          "checkpoint " + id + ": its snapshot reference has no \"" + name + "\"",
          "restore the manifest from the copy inside the snapshot");
    }
    return value;
  }
}
