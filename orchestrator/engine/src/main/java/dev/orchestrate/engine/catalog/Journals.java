package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The commands at work on checkpoints, and those that were when they were interrupted: {@code
 * checkpoints/ID/journal} in the state directory.
 */
public final class Journals {
  private final StateFolder state;

  Journals(StateFolder state) {
    this.state = state;
  }

  /**
   * Notes that a complete checkpoint is being deleted.
   *
   * @param set what of it is deleted with this one, which goes last
   * @throws ConflictException if somebody else is at work on it
   */
  public Journal beginDeletion(String id, Optional<SnapshotSet> set) {
    return beginWork(id, new Entry.Deleting(set));
  }

  /**
   * Notes that the live tree is being made as a complete checkpoint has it.
   *
   * @throws ConflictException if somebody else is at work on it
   */
  public Journal beginRollback(String id, Entry.RollingBack rollback) {
    return beginWork(id, rollback);
  }

  /** The checkpoint that a tree is being rolled back to, or was when that was interrupted. */
  public Optional<String> rollbackOf(RawPath target) {
    return state.names(Catalog.CHECKPOINTS).stream()
        .filter(
            id ->
                inFolder(id, Journal::read).stream()
                    .flatMap(List::stream)
                    .anyMatch(note -> isRollbackOf(target, note)))
        .findFirst();
  }

  private static boolean isRollbackOf(RawPath target, Entry note) {
    return note instanceof Entry.RollingBack rollback && rollback.target().equals(target);
  }

  private Journal beginWork(String id, Entry work) {
    try {
      return Journal.begin(state.openOrMake(Catalog.CHECKPOINTS.resolve(id)), work);
    } catch (SystemCallException e) {
      if (e.is(Errno.EEXIST)) {
        throw new ConflictException(
            "checkpoint " + id + ": another command is at work on it, or was interrupted",
            "wait for it, or: orchestrate recover",
            e);
      }
      throw Failures.of(e, "writing the journal", "");
    }
  }

  /** Checkpoints that a command worked on which is no more. */
  public List<String> interrupted() {
    return state.names(Catalog.CHECKPOINTS).stream()
        .filter(id -> inFolder(id, Journal::isAbandoned).orElse(false))
        .toList();
  }

  /** The journal of such a checkpoint; empty if somebody else has taken care of it meanwhile. */
  public Optional<Journal> takeOver(String id) {
    Optional<Directory> folder = state.openIfThere(Catalog.CHECKPOINTS.resolve(id));
    Optional<Journal> journal = folder.flatMap(Journal::takeOver);
    if (journal.isEmpty()) {
      folder.ifPresent(Directory::close);
    }
    return journal;
  }

  /** Whether a command works on a checkpoint, or did when it was interrupted. */
  public boolean isWorkedOn(String id) {
    return inFolder(id, Journal::exists).orElse(false);
  }

  private <T> Optional<T> inFolder(String id, Function<Directory, T> look) {
    return state
        .openIfThere(Catalog.CHECKPOINTS.resolve(id))
        .map(
            opened -> {
              try (Directory folder = opened) {
                return look.apply(folder);
              }
            });
  }
}
