package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.diff.InodeComparison;
import dev.orchestrate.engine.diff.LiveTree;
import dev.orchestrate.engine.diff.OwnNames;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.engine.diff.Side;
import dev.orchestrate.engine.diff.StoredTree;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.LinuxCapability;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import java.util.Set;

/**
 * Makes the live tree again as a checkpoint has it. Once it is begun it is to be completed, by
 * recovery if the command is killed: the journal has a note of it from before the first change
 * until the last is on the disk.
 */
public final class Rollback {
  private final Catalog catalog;
  private final Backends backends;

  public Rollback(Catalog catalog, Backends backends) {
    this.catalog = catalog;
    this.backends = backends;
  }

  /**
   * Looks at all that would be done, and changes nothing.
   *
   * @return how many names would change
   * @throws ConflictException if something is in the way, such as a mount or an immutable file
   * @throws dev.orchestrate.spi.NotSupportedException if what is stored is the live tree itself
   */
  public long prepare(Manifest checkpoint, Cancellation cancellation) {
    requireRights(checkpoint);
    catalog.rollbackOf(checkpoint.target().path()).ifPresent(id -> refuseSecond(checkpoint, id));
    try (Directory top = LiveTree.open(checkpoint);
        StoredTree stored = StoredTree.open(catalog, backends, checkpoint)) {
      Pair pair = new Pair(checkpoint, stored, top);
      Obstacles obstacles = new Obstacles(pair.live, pair.inodes);
      obstacles.lookAtTops(stored.top(), top);
      new PairWalk(pair.before, pair.live, obstacles, cancellation).run();
      obstacles.requireNone(checkpoint.target().path());
      return obstacles.changes();
    } catch (SystemCallException e) {
      throw Failures.of(e, "comparing", "CAP_DAC_READ_SEARCH");
    }
  }

  /** All that it may take to give back a file of anybody, so that it does not end half-way. */
  private static void requireRights(Manifest checkpoint) {
    String what = checkpoint.target().path() + ": can't be rolled back";
    if (SystemCalls.userId() != 0) {
      throw new PermissionException(what + " by an ordinary user", "run as root");
    }
    LinuxCapability.missing(
            LinuxCapability.CAP_CHOWN,
            LinuxCapability.CAP_DAC_OVERRIDE,
            LinuxCapability.CAP_FOWNER,
            LinuxCapability.CAP_FSETID,
            LinuxCapability.CAP_MKNOD,
            LinuxCapability.CAP_SETFCAP)
        .ifPresent(
            missing -> {
              throw new PermissionException(what + " without " + missing, "run with that");
            });
  }

  private static void refuseSecond(Manifest checkpoint, String other) {
    throw new ConflictException(
        checkpoint.target().path()
            + ": is being rolled back to checkpoint "
            + other
            + ", or was when that was interrupted",
        "wait for it, or complete it: orchestrate recover");
  }

  /**
   * Does it. If it fails, the tree may be neither the one nor the other, which the failure says,
   * and the journal stays.
   *
   * @param before the checkpoint of the live tree as it is now
   * @throws ConflictException if another command is at work on the checkpoint; nothing was done
   */
  public void run(Manifest checkpoint, String before) {
    RawPath target = checkpoint.target().path();
    try (Journal journal =
        catalog.beginRollback(checkpoint.id(), new Entry.RollingBack(target, before))) {
      try {
        complete(checkpoint, journal);
      } catch (OrchestrateException e) {
        throw Failures.again(
            e,
            target + ": its rollback to " + checkpoint.id() + " is incomplete: " + e.getMessage(),
            "do something about that, then: orchestrate recover");
      }
    }
  }

  /** Completes what was begun, as often as it takes. */
  public void complete(Manifest checkpoint, Journal journal) {
    try (Directory top = LiveTree.open(checkpoint);
        StoredTree stored = StoredTree.open(catalog, backends, checkpoint)) {
      Pair pair = new Pair(checkpoint, stored, top);
      Restoration restoration = new Restoration(top, pair.live, pair.inodes);
      new PairWalk(pair.before, pair.live, restoration, new Cancellation()).run();
      top.fd().syncFilesystem();
      journal.finish();
    } catch (SystemCallException e) {
      throw Failures.of(e, "rolling back", "");
    }
  }

  /** What is stored, what is live, and how they are compared. */
  private final class Pair {
    private final Side before;
    private final Side live;
    private final InodeComparison inodes;

    Pair(Manifest checkpoint, StoredTree stored, Directory top) {
      Set<RawPath> stores = LiveTree.storesIn(checkpoint.target().path(), catalog, backends);
      OwnNames own = new OwnNames(checkpoint, stores);
      this.before = new Side(stored.top(), own);
      this.live = new Side(top, own);
      this.inodes = new InodeComparison(checkpoint.created());
    }
  }
}
