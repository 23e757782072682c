package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.OrchestrateException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints and views that there are, as files below the state directory:
 *
 * <pre>
 * checkpoints/ID/journal         while a command works on it: what is to be undone if that ends
 * checkpoints/ID/begun.json      from before the snapshot exists: where it is going to be
 * checkpoints/ID/manifest.json   from when all is done
 * checkpoints/ID/label.json      what the user wrote on it; see {@link Labels}
 * checkpoints/ID/owners.json     who is who, if it was received so; see {@link OwnerMaps}
 * checkpoints/ID/timeline.json   how it was made; see {@link Timelines}
 * views/VIEW.json                a view that is mounted, kept or used by a restarted program
 * </pre>
 */
public final class Catalog {
  static final RawPath CHECKPOINTS = RawPath.of("checkpoints");
  static final RawPath BEGUN = RawPath.of("begun.json");
  static final RawPath MANIFEST = RawPath.of("manifest.json");

  private final StateFolder state;
  private final CheckpointReader reader;

  public Catalog(RawPath stateDirectory) {
    this.state = new StateFolder(stateDirectory);
    this.reader = new CheckpointReader(state);
  }

  public RawPath stateDirectory() {
    return state.path();
  }

  /**
   * Notes that a checkpoint is being made, so that its traces can be found whatever happens.
   *
   * @throws ConflictException if there is one of this id, or about to be
   */
  public Journal begin(Entry.Begun begun) {
    Journal journal = beginNew(begun.id(), begun);
    try (Directory folder = state.openOrMake(CHECKPOINTS.resolve(begun.id()))) {
      StateFolder.store(folder, BEGUN, ManifestFormat.write(begun));
      return journal;
    } catch (OrchestrateException e) {
      journal.close();
      remove(begun.id()); // nothing was done yet that it would tell of
      throw e;
    }
  }

  private Journal beginNew(String id, Entry.Begun begun) {
    requireNone(id);
    try {
      Directory folder = state.openOrMake(CHECKPOINTS.resolve(id));
      Journal journal = Journal.begin(folder, begun);
      boolean complete = folder.find(MANIFEST).isPresent(); // by somebody else, just now
      if (complete) {
        journal.finish();
        journal.close();
      }
      requireNone(id, complete);
      return journal;
    } catch (SystemCallException e) {
      requireNone(id, e.is(Errno.EEXIST));
      removeEmptyEntry(id);
      throw Failures.of(e, "writing the journal", "");
    } catch (OrchestrateException e) {
      removeEmptyEntry(id);
      throw e;
    }
  }

  private void removeEmptyEntry(String id) {
    state
        .openIfThere(CHECKPOINTS)
        .ifPresent(
            opened -> {
              try (Directory folder = opened) {
                removeIfEmpty(folder, RawPath.of(id));
              }
            });
  }

  /**
   * Only one that comes from elsewhere can be here already: other ids are new.
   *
   * @throws ConflictException if there is a checkpoint of this id, complete or not
   */
  public void requireNone(String id) {
    requireNone(id, has(id));
  }

  private void requireNone(String id, boolean there) {
    if (there) {
      throw new ConflictException(
          "checkpoint " + id + ": is here already, in " + state.path(),
          "see: orchestrate show " + id);
    }
  }

  /** The commands at work on checkpoints. */
  public Journals journals() {
    return new Journals(state);
  }

  /** The set of which a checkpoint is a member, if a command has yet to complete all of that. */
  public Optional<SnapshotSet> unfinishedSet(String id) {
    return reader.unfinishedSet(id);
  }

  /** Whether all checkpoints of a set have been made. */
  public boolean isWhole(SnapshotSet set) {
    return reader.isWhole(set);
  }

  /** Notes that a checkpoint is complete. */
  public void complete(Manifest manifest, byte[] json) {
    try (Directory folder = state.openOrMake(CHECKPOINTS.resolve(manifest.id()))) {
      ManifestSeal.store(folder, json);
      StateFolder.store(folder, MANIFEST, json);
    }
  }

  public RawPath manifestFile(String id) {
    return reader.manifestFile(id);
  }

  /** Forgets a checkpoint; does nothing if there is none. */
  public void remove(String id) {
    state
        .openIfThere(CHECKPOINTS)
        .ifPresent(
            folder -> {
              try (folder) {
                remove(folder, RawPath.of(id));
              }
            });
  }

  /** The manifest goes first, so that nothing looks complete; what tells how to undo goes last. */
  private static void remove(Directory folder, RawPath id) {
    if (folder.find(id).isEmpty()) {
      return;
    }
    try (Directory entry = folder.openDirectory(id)) {
      entry.removeTree(MANIFEST);
      entry.fd().sync();
      for (RawPath name : entry.list()) {
        if (!name.equals(Journal.NAME)) {
          entry.removeTree(name);
        }
      }
      entry.removeTree(Journal.NAME);
    }
    folder.removeDirectory(id);
    folder.fd().sync();
  }

  /** Removes entries that their command had not yet, or no longer, put anything into. */
  public void removeEmptyEntries() {
    state.names(CHECKPOINTS).forEach(this::removeEmptyEntry);
  }

  private static void removeIfEmpty(Directory folder, RawPath id) {
    try {
      folder.removeDirectory(id);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOTEMPTY, Errno.ENOENT, Errno.ENOTDIR)) {
        throw e;
      }
    }
  }

  /** All checkpoints, the oldest first. */
  public List<StoredCheckpoint> list() {
    List<StoredCheckpoint> all = new ArrayList<>();
    for (String id : state.names(CHECKPOINTS)) {
      reader.read(id).ifPresent(all::add);
    }
    all.sort(Comparator.comparing(StoredCheckpoint::created));
    return all;
  }

  /**
   * Finds a checkpoint by its id or the beginning of it.
   *
   * @throws NotFoundException if there is none, or more than one
   */
  public StoredCheckpoint find(String prefix) {
    return finder().one(prefix);
  }

  /**
   * Finds a checkpoint, or all of a set, by the id or the beginning of it.
   *
   * @return the members in their order; those that were deleted are missing
   * @throws NotFoundException if there is none, or more than one
   */
  public List<StoredCheckpoint> findAll(String prefix) {
    return finder().all(prefix);
  }

  private Finder finder() {
    return new Finder(this, state.names(CHECKPOINTS), reader);
  }

  /** The views of all checkpoints. */
  public StoredViews views() {
    return new StoredViews(state);
  }

  public boolean has(String id) {
    return state.names(CHECKPOINTS).contains(id);
  }
}
