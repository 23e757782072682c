package dev.orchestrate.engine.recovery;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.SnapshotSet;
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
  private final boolean callsHooks;

  public Recovery(Catalog catalog, Backends backends) {
    this(catalog, backends, true);
  }

  /**
   * @param callsHooks whether the hooks of interrupted checkpoints are called, as after a thaw
   */
  public Recovery(Catalog catalog, Backends backends, boolean callsHooks) {
    this.catalog = catalog;
    this.backends = backends;
    this.callsHooks = callsHooks;
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
    for (String id : catalog.journals().interrupted()) {
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
   * Deletes a checkpoint, or all of a set, whole or not, for good. Once one of a set is deleted,
   * the others are going to be.
   *
   * @throws ConflictException if a view of one is mounted, or another command is at work on it
   */
  public void delete(List<StoredCheckpoint> checkpoints) {
    checkpoints.forEach(one -> new Deletion(catalog, one.id()).requireUnused());
    checkpoints.forEach(one -> recover(one.id(), true));
    List<StoredCheckpoint> left =
        checkpoints.stream().filter(one -> catalog.has(one.id())).toList();
    left.forEach(one -> one.snapshotReference().ifPresent(this::requireReachable));
    try (ClosingStack journals = new ClosingStack()) {
      beginDeletion(left).forEach(journal -> journals.push(journal::close));
      for (int i = left.size() - 1; i >= 0; i--) { // the first tells of the others: it goes last
        deleteStored(left.get(i));
      }
    }
  }

  /** Those that were chosen, whatever else a manifest that came from elsewhere may name. */
  private static Optional<SnapshotSet> together(List<StoredCheckpoint> chosen) {
    List<String> ids = chosen.stream().map(StoredCheckpoint::id).toList();
    return ids.size() == 1
        ? Optional.empty()
        : chosen.get(0).set().map(set -> new SnapshotSet(set.id(), ids));
  }

  private List<Journal> beginDeletion(List<StoredCheckpoint> checkpoints) {
    List<Journal> begun = new ArrayList<>();
    try {
      for (StoredCheckpoint one : checkpoints) {
        begun.add(
            catalog
                .journals()
                .beginDeletion(
                    one.id(), begun.isEmpty() ? together(checkpoints) : Optional.empty()));
      }
      return begun;
    } catch (OrchestrateException e) {
      for (Journal journal : begun) {
        try (journal) {
          journal.finish();
        }
      }
      throw e;
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
      delete(List.of(checkpoint));
      return Optional.empty();
    } catch (NotFoundException | TimeoutException | SystemFailureException e) {
      Optional<Journal> interrupted = catalog.journals().takeOver(checkpoint.id());
      Journal journal =
          interrupted.orElseGet(
              () -> catalog.journals().beginDeletion(checkpoint.id(), Optional.empty()));
      try (journal) {
        new Deletion(catalog, checkpoint.id()).forget();
      }
      return Optional.of(e);
    }
  }

  /** Before the deletion is begun: after that, there is no way back. */
  private void requireReachable(SnapshotReference stored) {
    try {
      new Deletion(catalog, stored.id())
          .requireReachable(stored, backends.byName(stored.backend()));
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
    Optional<SnapshotSet> unfinished = catalog.unfinishedSet(id);
    if (unfinished.isPresent()) {
      Optional<InterruptedSet> taken = InterruptedSet.takeOver(catalog, unfinished.get());
      if (taken.isEmpty()) {
        return Optional.empty();
      }
      try (InterruptedSet set = taken.get()) {
        if (!catalog.isWhole(unfinished.get())) {
          set.undo(this::undo);
          return Optional.of(undone(unfinished.get()));
        }
        set.noteComplete();
      }
    }
    return recoverOne(id, withViews);
  }

  private static String undone(SnapshotSet set) {
    return "checkpoints "
        + String.join(", ", set.members())
        + " of set "
        + set.id()
        + ": were interrupted, and are undone";
  }

  private Optional<String> recoverOne(String id, boolean withViews) {
    Optional<Journal> taken = catalog.journals().takeOver(id);
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    try (Journal journal = taken.get()) {
      StoredCheckpoint stored = catalog.find(id);
      Optional<Entry.Deleting> deleting = Entry.Deleting.in(journal.entries());
      if (deleting.isPresent()) {
        deleting.get().set().ifPresent(set -> deleteOthers(set, id));
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
        journal.note(List.of(new Entry.Deleting(Optional.empty())));
        deleteStored(stored);
        return Optional.of("checkpoint " + id + ": was made for an interrupted backup; removed");
      }
      if (stored instanceof StoredCheckpoint.Complete) {
        if (journal.entries().contains(new Entry.Holding())) {
          Undo.releaseProcesses(called(journal.entries()));
        }
        noteCompleteInOthers(stored);
        journal.finish();
        return Optional.of("checkpoint " + id + ": is complete");
      }
      undo(journal.entries());
      catalog.remove(id);
      return Optional.of("checkpoint " + id + ": was interrupted, and is undone");
    }
  }

  /** Not all journals may have been told of it: without this one, the others would be undone. */
  private void noteCompleteInOthers(StoredCheckpoint member) {
    for (String id : member.set().map(SnapshotSet::members).orElse(List.of())) {
      if (!id.equals(member.id()) && catalog.unfinishedSet(id).equals(member.set())) {
        catalog
            .journals()
            .takeOver(id)
            .ifPresent(
                taken -> {
                  try (Journal journal = taken) {
                    journal.note(List.of(new Entry.SetComplete()));
                  }
                });
      }
    }
  }

  private void undo(List<Entry> noted) {
    Undo.of(called(noted), backends::byName);
  }

  /** Without hooks that are not to be called. */
  private List<Entry> called(List<Entry> noted) {
    return noted.stream()
        .filter(entry -> callsHooks || !(entry instanceof Entry.HookCalled))
        .toList();
  }

  private void deleteOthers(SnapshotSet set, String last) {
    for (String id : set.members()) {
      if (!id.equals(last) && catalog.has(id)) {
        Journal journal =
            catalog
                .journals()
                .takeOver(id)
                .orElseGet(() -> catalog.journals().beginDeletion(id, Optional.empty()));
        try (journal) {
          deleteStored(catalog.find(id));
        }
      }
    }
  }

  private void deleteStored(StoredCheckpoint stored) {
    new Deletion(catalog, stored.id()).complete(stored.snapshotReference(), backends::byName);
  }
}
