package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import java.util.List;
import java.util.Optional;

/** Reads what the state folder has of a checkpoint, and tells whether that is whole. */
final class CheckpointReader {
  private final StateFolder state;

  CheckpointReader(StateFolder state) {
    this.state = state;
  }

  /** Empty if there is none of this id. */
  Optional<StoredCheckpoint> read(String id) {
    Optional<Directory> opened = state.openIfThere(Catalog.CHECKPOINTS.resolve(id));
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (Directory folder = opened.get()) {
      return folder.list().isEmpty() ? Optional.empty() : Optional.of(read(id, folder));
    }
  }

  private StoredCheckpoint read(String id, Directory folder) {
    Optional<Entry.Begun> begun = Optional.empty();
    try {
      begun =
          StateFolder.read(folder, Catalog.BEGUN)
              .map(json -> ManifestFormat.read(json, Entry.Begun.class, "checkpoint " + id));
      Optional<byte[]> json = StateFolder.read(folder, Catalog.MANIFEST);
      List<Entry> notes = Journal.read(folder);
      boolean whole =
          json.isPresent() && Entry.Begun.unfinishedSet(notes).map(this::isWhole).orElse(true);
      requireFinished(id, folder, whole, Entry.Deleting.in(notes).isPresent());
      Manifest manifest = ManifestFormat.read(json.get(), manifestFile(id).toString());
      if (!manifest.id().equals(id)) {
        throw new DamagedException(
            manifestFile(id) + ": is the manifest of checkpoint " + manifest.id(),
            "put it where it belongs");
      }
      begun.ifPresent(one -> requireSameOwner(one, manifest));
      return new StoredCheckpoint.Complete(manifest, notes.contains(new Entry.Temporary()));
    } catch (DamagedException e) {
      return new StoredCheckpoint.Broken(id, begun, e);
    }
  }

  /** As when somebody has put the copy here that belongs to the other host's checkpoint. */
  private void requireSameOwner(Entry.Begun begun, Manifest manifest) {
    if (begun.snapshotReference().isBorrowed() && !manifest.snapshotReference().isBorrowed()) {
      throw new DamagedException(
          manifestFile(begun.id()) + ": takes for its own what belongs to another checkpoint",
          "orchestrate delete %s, which leaves that alone, and receive it again"
              .formatted(begun.id()));
    }
  }

  /** Whether all members have a manifest, of which the last makes them all complete. */
  boolean isWhole(SnapshotSet set) {
    return set.members().stream().allMatch(id -> has(id, Catalog.MANIFEST));
  }

  /** Whether a checkpoint's folder is there, and has this file. */
  boolean has(String id, RawPath name) {
    return state
        .openIfThere(Catalog.CHECKPOINTS.resolve(id))
        .map(
            opened -> {
              try (Directory folder = opened) {
                return folder.find(name).isPresent();
              }
            })
        .orElse(false);
  }

  /** The set that has to be complete before one of its members is; see {@link Entry.Begun}. */
  Optional<SnapshotSet> unfinishedSet(String id) {
    return state
        .openIfThere(Catalog.CHECKPOINTS.resolve(id))
        .flatMap(
            opened -> {
              try (Directory folder = opened) {
                return Entry.Begun.unfinishedSet(Journal.read(folder));
              }
            });
  }

  private static void requireFinished(
      String id, Directory folder, boolean whole, boolean deleting) {
    if (whole && !deleting) {
      return;
    }
    if (Journal.isAbandoned(folder) || !Journal.exists(folder)) {
      throw new DamagedException(
          "checkpoint "
              + id
              + ": was interrupted "
              + (deleting ? "while it was deleted" : "before it was complete"),
          "remove it: orchestrate delete " + id);
    }
    throw new DamagedException(
        "checkpoint " + id + ": is being " + (deleting ? "deleted" : "made") + " at the moment",
        "wait for it");
  }

  RawPath manifestFile(String id) {
    return state.path().resolve(Catalog.CHECKPOINTS).resolve(id).resolve(Catalog.MANIFEST);
  }
}
