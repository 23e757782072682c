package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Sealing;
import java.util.Optional;
import java.util.Set;

/** Where one copy is kept: on this host or on another. */
sealed interface Store permits LocalStore, RemoteStore {
  String TREE = "tree";
  String FIRST = "first";

  /**
   * @param folder the checkpoint's own on this host; stays open as long as the store is used
   */
  static Store of(StoredCopy stored, Directory folder) {
    return stored
        .destination()
        .host()
        .<Store>map(host -> new RemoteStore(stored, host, folder))
        .orElseGet(() -> new LocalStore(stored, folder));
  }

  /** A part of the copy, for rsync(1), as seen from the checkpoint's folder on this host. */
  String words(String part);

  /** Makes room for the copy. */
  void begin();

  /** Clones as much of the tree as possible, where blocks can be shared; rsync does the rest. */
  void cloneAll(Tree tree);

  /** Clones what is at these paths, where blocks can be shared; replies at which it did. */
  Set<RawPath> cloneSome(Set<RawPath> paths, Tree tree);

  /** Whether the new copy has a directory there, or it can't be told. */
  boolean mayHaveDirectory(RawPath path);

  /** The newest complete copy of the same tree in the same destination. */
  Optional<EarlierCopy> newestEarlier();

  /** What a copy of the same tree had come to that was interrupted, if it can be told. */
  Optional<EarlierCopy> abandoned();

  /** The tree of an earlier copy, opened, if it is on this host. */
  Optional<Directory> open(EarlierCopy earlier);

  /** Puts what was staged, and the manifest, into the copy; what was put there before stays. */
  void add(Directory staging, Sealing sealing);

  /** Removes a part of the copy; does nothing if there is none. */
  void remove(String part);

  /** Makes all of it durable, and only then marks it as complete. */
  void complete();

  boolean isComplete();

  /**
   * @throws dev.orchestrate.spi.OrchestrateException if the copy can't be reached
   */
  void requireThere();

  /** Removes what there is of the copy outside of the checkpoint's folder on this host. */
  void delete();
}
