package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.recovery.Deletion;
import java.util.List;
import java.util.Optional;

/**
 * Complete checkpoints that go when this is closed. Their journals say so from before they are
 * complete, so that recovery removes them should the command be killed.
 */
public final class TemporarySet implements AutoCloseable {
  private final Catalog catalog;
  private final List<Plan> plans;
  private final CompleteSet complete;

  TemporarySet(Catalog catalog, List<Plan> plans, CompleteSet complete) {
    this.catalog = catalog;
    this.plans = plans;
    this.complete = complete;
  }

  /** One for each plan. */
  public List<Manifest> manifests() {
    return complete.manifests();
  }

  /**
   * @throws dev.orchestrate.spi.ConflictException if somebody uses another view of one; it then
   *     stays until {@code recover} finds that nobody does
   */
  @Override
  public void close() {
    ClosingStack endings = new ClosingStack();
    endings.push(complete::close);
    for (int i = 0; i < plans.size(); i++) {
      int number = i;
      endings.push(() -> delete(number));
    }
    endings.close();
  }

  private void delete(int number) {
    Manifest manifest = manifests().get(number);
    Journal journal = complete.journals().get(number);
    Deletion deletion = new Deletion(catalog, manifest.id());
    deletion.requireUnused();
    journal.note(List.of(new Entry.Deleting(Optional.empty())));
    deletion.complete(
        Optional.of(manifest.snapshotReference()), name -> plans.get(number).backend());
  }
}
