package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.engine.view.DisposableView;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.View;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
    RawPath path = checkpoint.target().path();
    Target target = TargetFinder.find(path);
    if (!target.mount().type().equals(checkpoint.target().type())) {
      throw new ConflictException(
          path + ": is " + target.mount().type() + " now, not " + checkpoint.target().type(),
          "mount what was there: " + checkpoint.target().source());
    }
    try (DisposableView view = viewOf(checkpoint);
        Directory stored = open(view, checkpoint);
        Directory live = Directory.open(target.path())) {
      compare(checkpoint, stored, checkpoint, live, checkpoint.created());
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
    try (DisposableView firstView = viewOf(first);
        DisposableView secondView = viewOf(second);
        Directory one = open(firstView, first);
        Directory other = open(secondView, second)) {
      compare(first, one, second, other, older);
    } catch (SystemCallException e) {
      throw failed(e);
    }
  }

  private void compare(
      Manifest first, Directory one, Manifest second, Directory other, Instant parted) {
    Set<RawPath> stores = storesIn(first.target().path());
    new TreeComparison(
            new Side(one, new OwnNames(first, stores)),
            new Side(other, new OwnNames(second, stores)),
            new InodeComparison(parted),
            cancellation,
            changes,
            hidden)
        .run();
  }

  /** Of all checkpoints of the path: the live tree has the stores of all. */
  private Set<RawPath> storesIn(RawPath target) {
    Set<RawPath> stores = new TreeSet<>();
    for (StoredCheckpoint stored : catalog.list()) {
      if (stored instanceof StoredCheckpoint.Complete complete
          && complete.manifest().target().path().equals(target)) {
        backends.all().stream()
            .filter(backend -> backend.name().equals(complete.manifest().backend()))
            .flatMap(
                backend -> backend.storeInTarget(complete.manifest().snapshotReference()).stream())
            .forEach(stores::add);
      }
    }
    return stores;
  }

  private DisposableView viewOf(Manifest checkpoint) {
    SnapshotBackend backend = backends.byName(checkpoint.backend());
    return new DisposableView(catalog, backend, checkpoint.snapshotReference(), Optional.empty());
  }

  private static Directory open(DisposableView view, Manifest checkpoint) {
    try {
      View made = view.make();
      if (made.isLiveTree()) {
        throw new NotSupportedException(
            "checkpoint "
                + checkpoint.id()
                + ": can't be compared, as "
                + checkpoint.backend()
                + " stores no copy: the files stay in the live tree",
            "choose a backend that stores them; see: orchestrate backends "
                + checkpoint.target().path());
      }
      return Directory.openFollowing(made.root());
    } catch (SystemCallException e) {
      throw Failures.of(e, "mounting a view", "CAP_SYS_ADMIN");
    }
  }

  private static RuntimeException failed(SystemCallException e) {
    return Failures.of(e, "comparing", "CAP_DAC_READ_SEARCH");
  }
}
