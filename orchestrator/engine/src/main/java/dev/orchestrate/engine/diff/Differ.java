package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.live.LiveTree;
import dev.orchestrate.engine.live.OwnFolders;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.view.StoredTree;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import java.time.Instant;
import java.util.function.Consumer;

/** Tells what differs between a checkpoint and the live tree, or between two checkpoints of it. */
public final class Differ {
  private final Catalog catalog;
  private final Backends backends;
  private final Cancellation cancellation;
  private final Consumer<Change> changes;
  private final Consumer<RawPath> hidden;

  /**
   * @param changes told of each, sorted by name
   * @param hidden told where something is mounted, which is not compared
   */
  public Differ(
      Catalog catalog,
      Backends backends,
      Cancellation cancellation,
      Consumer<Change> changes,
      Consumer<RawPath> hidden) {
    this.catalog = catalog;
    this.backends = backends;
    this.cancellation = cancellation;
    this.changes = changes;
    this.hidden = hidden;
  }

  /**
   * What has become of the tree since the checkpoint.
   *
   * @throws ConflictException if another filesystem is at the path now
   * @throws NotSupportedException if the checkpoint stores no tree of its own
   */
  public void withLiveTree(Manifest checkpoint) {
    try (Directory live = LiveTree.open(checkpoint);
        StoredTree stored = open(checkpoint)) {
      compare(checkpoint.target().path(), stored.top(), live, checkpoint.created());
    } catch (SystemCallException e) {
      throw failed(e);
    }
  }

  /**
   * What the second checkpoint has otherwise than the first, whichever is the older.
   *
   * @throws NotSupportedException if one of them stores no tree of its own
   */
  public void between(Manifest first, Manifest second) {
    Instant older = first.created().isBefore(second.created()) ? first.created() : second.created();
    try (StoredTree one = open(first);
        StoredTree other = open(second)) {
      compare(first.target().path(), one.top(), other.top(), older);
    } catch (SystemCallException e) {
      throw failed(e);
    }
  }

  private StoredTree open(Manifest checkpoint) {
    return StoredTree.open(
        catalog,
        backends.byName(checkpoint.backend()),
        checkpoint,
        () ->
            new NotSupportedException(
                "checkpoint "
                    + checkpoint.id()
                    + ": has no tree of its own, as "
                    + checkpoint.backend()
                    + " stores no copy: the files stay in the live tree",
                "choose a backend that stores them; see: orchestrate backends "
                    + checkpoint.target().path()));
  }

  private void compare(RawPath path, Directory one, Directory other, Instant parted) {
    OwnNames names = OwnNames.of(catalog, OwnFolders.pathsIn(path, catalog, backends));
    Side before = new Side(one, names);
    Side after = new Side(other, names);
    InodeComparison inodes = new InodeComparison(parted);
    TreeComparison comparison = new TreeComparison(before, after, inodes, changes, hidden);
    comparison.compareTops(one, other);
    new PairWalk(before, after, comparison, cancellation::check).run();
  }

  private static RuntimeException failed(SystemCallException e) {
    return Failures.of(e, "comparing", "CAP_DAC_READ_SEARCH");
  }
}
