package dev.orchestrate.engine.recovery;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.SnapshotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A set whose command was interrupted before it was known to be complete: all of it, or nothing.
 */
final class InterruptedSet implements AutoCloseable {
  private final Catalog catalog;
  private final SnapshotSet set;
  private final List<Journal> journals = new ArrayList<>();

  private InterruptedSet(Catalog catalog, SnapshotSet set) {
    this.catalog = catalog;
    this.set = set;
  }

  /**
   * Takes over the journals of all members, in their order, so that of two who try one succeeds.
   *
   * @return empty if somebody else is at work on one
   */
  static Optional<InterruptedSet> takeOver(Catalog catalog, SnapshotSet set) {
    InterruptedSet taken = new InterruptedSet(catalog, set);
    try {
      for (String id : set.members()) {
        Optional<Journal> journal = catalog.takeOver(id);
        journal.ifPresent(taken.journals::add);
        if (journal.isEmpty() && catalog.hasJournal(id)) {
          taken.close();
          return Optional.empty();
        }
      }
      return Optional.of(taken);
    } catch (RuntimeException | Error e) {
      taken.close();
      throw e;
    }
  }

  /** From now on, each member is recovered by itself. */
  void noteComplete() {
    journals.forEach(journal -> journal.note(List.of(new Entry.SetComplete())));
  }

  /**
   * Undoes all members: processes first, whichever journal tells of them.
   *
   * @param undo given what all journals have noted
   */
  void undo(Consumer<List<Entry>> undo) {
    undo.accept(journals.stream().flatMap(journal -> journal.entries().stream()).toList());
    set.members().forEach(catalog::remove);
  }

  @Override
  public void close() {
    ClosingStack endings = new ClosingStack();
    journals.forEach(journal -> endings.push(journal::close));
    endings.close();
  }
}
