package dev.orchestrate.engine.recovery;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SystemFailureException;
import dev.orchestrate.spi.TimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Completes or undoes what commands left that were interrupted: an unfinished checkpoint is undone,
 * a deletion completed, a view removed once nobody uses it. What an interrupted rollback has made
 * of the live tree stays.
 */
public final class Recovery {
  private final Catalog catalog;
  private final Backends backends;

  public Recovery(Catalog catalog, Backends backends) {
    this.catalog = catalog;
    this.backends = backends;
  }

  /**
   * What was done, and what could not be.
   *
   * @param done a clause each, for people
   */
  public record Outcome(List<String> done, List<OrchestrateException> failures) {}

  /** Recovers all that it can. */
  public Outcome recover() {
    List<String> done = new ArrayList<>();
    List<OrchestrateException> failures = new ArrayList<>();
    List<String> waiting = new ArrayList<>();
    for (String id : catalog.interrupted()) {
      Runnable step = () -> recover(id, false).ifPresentOrElse(done::add, () -> waiting.add(id));
      attempt("recovering checkpoint " + id, step, failures);
    }
    catalog.removeEmptyEntries();
    AbandonedViews views = new AbandonedViews(catalog, backends);
    attempt("recovering views", () -> views.remove(done::add), failures);
    for (String id : waiting) {
      Runnable step = () -> recover(id, false).or(() -> stillRead(id)).ifPresent(done::add);
      attempt("recovering checkpoint " + id, step, failures);
    }
    return new Outcome(done, failures);
  }

  private Optional<String> stillRead(String id) {
    return catalog.views().of(id).isEmpty()
        ? Optional.empty()
        : Optional.of("checkpoint " + id + ": is left until the command that reads it has ended");
  }

  private static void attempt(String doing, Runnable step, List<OrchestrateException> failures) {
    try {
      step.run();
    } catch (OrchestrateException e) {
      failures.add(e);
    } catch (SystemCallException e) {
      failures.add(Failures.of(e, doing, ""));
    }
  }

  /**
   * Deletes a checkpoint, whole or not, for good.
   *
   * @throws ConflictException if a view of it is mounted, or another command is at work on it
   */
  public void delete(StoredCheckpoint checkpoint) {
    Deletion deletion = new Deletion(catalog, checkpoint.id());
    deletion.requireUnused();
    if (recover(checkpoint.id(), true).isPresent() && !catalog.has(checkpoint.id())) {
      return;
    }
    checkpoint.snapshotReference().ifPresent(this::requireReachable);
    Journal journal = catalog.beginDeletion(checkpoint.id());
    try (journal) {
      deletion.complete(checkpoint.snapshotReference(), backends::byName);
    }
  }

  /**
   * The same for a checkpoint whose snapshot is gone for good, or never to be reached again: what
   * can't be removed is no reason to keep the entry.
   *
   * @return what could not be removed, and why
   * @throws ConflictException if a view of it is mounted, or another command is at work on it
   */
  public Optional<OrchestrateException> forget(StoredCheckpoint checkpoint) {
    try {
      delete(checkpoint);
      return Optional.empty();
    } catch (NotFoundException | TimeoutException | SystemFailureException e) {
      Optional<Journal> interrupted = catalog.takeOver(checkpoint.id());
      Journal journal = interrupted.orElseGet(() -> catalog.beginDeletion(checkpoint.id()));
      try (journal) {
        new Deletion(catalog, checkpoint.id()).forget();
      }
      return Optional.of(e);
    }
  }

  /** Before the deletion is begun: after that, there is no way back. */
  private void requireReachable(SnapshotReference stored) {
    try {
      backends.byName(stored.backend()).requireReachable(stored);
    } catch (NotFoundException e) {
      throw new NotFoundException(
          e.getMessage(),
          e.advice() + "; if it is gone for good: orchestrate delete --force " + stored.id(),
          e);
    }
  }

  /**
   * Takes over an interrupted checkpoint; empty if it is not one, or not any more.
   *
   * @param withViews whether a temporary one is removed though it has views; otherwise it is left,
   *     and empty is what this gives
   */
  private Optional<String> recover(String id, boolean withViews) {
    Optional<Journal> taken = catalog.takeOver(id);
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    try (Journal journal = taken.get()) {
      StoredCheckpoint stored = catalog.find(id);
      if (journal.entries().contains(new Entry.Deleting())) {
        deleteStored(stored);
        return Optional.of("checkpoint " + id + ": its deletion is completed");
      }
      Optional<InterruptedRollback> rollback = InterruptedRollback.in(journal);
      if (rollback.isPresent()) {
        return Optional.of(rollback.get().cleanUp(stored.manifest(), catalog, backends));
      }
      if (stored instanceof StoredCheckpoint.Complete complete && complete.temporary()) {
        if (!withViews && !catalog.views().of(id).isEmpty()) {
          return Optional.empty();
        }
        journal.note(List.of(new Entry.Deleting()));
        deleteStored(stored);
        return Optional.of("checkpoint " + id + ": was made for an interrupted backup; removed");
      }
      if (stored instanceof StoredCheckpoint.Complete) {
        journal.finish();
        return Optional.of("checkpoint " + id + ": is complete");
      }
      undo(journal.entries());
      catalog.remove(id);
      return Optional.of("checkpoint " + id + ": was interrupted, and is undone");
    }
  }

  private void undo(List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry instanceof Entry.Begun begun) {
        Undo.of(entries, backends.byName(begun.backend()));
      }
    }
  }

  private void deleteStored(StoredCheckpoint stored) {
    new Deletion(catalog, stored.id()).complete(stored.snapshotReference(), backends::byName);
  }
}
