package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.backend.Room;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.LinuxCapability;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.TimeoutException;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes the live tree again as a checkpoint has it. If it is interrupted, recovery removes what it
 * has put beside the files; the tree may be a mixture then, which another rollback completes or
 * undoes.
 */
public final class Rollback {
  private final Catalog catalog;
  private final Backends backends;

  public Rollback(Catalog catalog, Backends backends) {
    this.catalog = catalog;
    this.backends = backends;
  }

  /**
   * What was found before anything is changed.
   *
   * @param changes how many names would change
   * @param arrivals how many of them get an inode that is not there now, at most
   * @param bytes to be written, unless blocks can be shared
   * @param top of the live tree that was looked at
   */
  public record Preparation(long changes, long arrivals, long bytes, InodeKey top) {}

  /**
   * Looks at all that would be done, and changes nothing.
   *
   * @throws ConflictException if something is in the way, such as a mount or an immutable file
   * @throws dev.orchestrate.spi.NoSpaceException if there is no room for what has to be copied
   * @throws NotSupportedException if what is stored is the live tree itself
   */
  public Preparation prepare(Manifest checkpoint, Cancellation cancellation) {
    requireRights(checkpoint);
    catalog
        .journals()
        .rollbackOf(checkpoint.target().path())
        .ifPresent(id -> refuseSecond(checkpoint, id));
    try (Trees trees = Trees.open(catalog, backends, checkpoint)) {
      Obstacles obstacles = new Obstacles(trees);
      obstacles.lookAtTops();
      new PairWalk(trees.before(), trees.live(), obstacles, cancellation::check).run();
      obstacles.requireNone(checkpoint.target().path());
      return new Preparation(
          obstacles.changes(), obstacles.arrivals(), obstacles.bytes(), trees.top().stat().key());
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
        "wait for it, or: orchestrate recover");
  }

  /**
   * Looks whether both checkpoints stay whole while the live tree is written anew.
   *
   * @param before the plan for the checkpoint of the live tree as it is
   * @return what to ask meanwhile
   * @throws NotSupportedException if one may not, as its backend does not promise it
   * @throws dev.orchestrate.spi.NoSpaceException if there is too little room where they are stored
   */
  public RoomToChange requireLasting(Manifest checkpoint, Preparation prepared, Plan before) {
    requireLasting(before.backend().name(), before.fit(), checkpoint);
    if (!checkpoint.backend().equals(before.backend().name())) {
      Settings settings = new Settings(Optional.empty(), catalog.stateDirectory());
      SnapshotBackend backend = backends.byName(checkpoint.backend());
      requireLasting(backend.name(), backend.probe(before.target(), settings), checkpoint);
    }
    RoomToChange room =
        new RoomToChange(backends.all(), before.target(), prepared.bytes(), prepared.arrivals());
    room.require();
    return room;
  }

  private static void requireLasting(String backend, Assessment assessment, Manifest checkpoint) {
    if (assessment instanceof Assessment.Fits fit
        && fit.capabilities().contains(Capability.ROLLS_BACK)) {
      return;
    }
    throw new NotSupportedException(
        checkpoint.target().path()
            + ": is not rolled back, as what "
            + backend
            + " stores may not last while the tree is written anew"
            + (assessment instanceof Assessment.Unfit unfit ? ": " + unfit.reason() : ""),
        "nothing was changed; copy files out of a view instead: orchestrate mount "
            + checkpoint.id()
            + " DIR");
  }

  /**
   * The checkpoint of the live tree as it is, which undoes the rollback.
   *
   * @param begun what was written until then is in it; {@link Instant#MAX} if what is written later
   *     may go as well
   */
  public record Before(String id, Instant begun) {}

  /**
   * Does it.
   *
   * @param prepared what {@link #prepare} found
   * @param room what {@link #requireLasting} gave
   * @throws ConflictException if another command is at work on the checkpoint, or on the tree;
   *     nothing was done
   * @throws OrchestrateException if it fails on the way: the tree may be neither the one nor the
   *     other, which the failure says
   */
  public void run(
      Manifest checkpoint,
      Preparation prepared,
      RoomToChange room,
      Before before,
      Cancellation cancellation) {
    requireStillRoom(room, before);
    RawPath target = checkpoint.target().path();
    try (Journal journal =
            catalog
                .journals()
                .beginRollback(checkpoint.id(), new Entry.RollingBack(target, before.id()));
        Trees trees = open(checkpoint, prepared, journal);
        PrivateFolders places = new PrivateFolders(trees.top(), journal, trees.own())) {
      reserve(trees, places, journal);
      try {
        LateWrites late = new LateWrites(trees, before.begun(), cancellation);
        Room meanwhile = room.meanwhile();
        meanwhile.lookedAtDuring(() -> restore(trees, places, late, meanwhile, cancellation));
      } catch (OrchestrateException e) {
        end(trees, places, journal, e);
        throw incomplete(checkpoint, before.id(), e);
      }
      end(trees, places, journal);
    }
  }

  /** The checkpoint of before may have taken it. */
  private static void requireStillRoom(RoomToChange room, Before before) {
    try {
      room.require();
    } catch (OrchestrateException e) {
      throw Failures.again(
          e,
          e.getMessage(),
          e.advice()
              + "; checkpoint "
              + before.id()
              + ", which was to undo it, stays: orchestrate delete "
              + before.id());
    }
  }

  private Trees open(Manifest checkpoint, Preparation prepared, Journal journal) {
    try {
      return Trees.open(catalog, backends, checkpoint).withTop(prepared.top());
    } catch (OrchestrateException | SystemCallException e) {
      journal.finish();
      throw e;
    }
  }

  /** Before anything is changed: a second rollback of the tree fails here. */
  private static void reserve(Trees trees, PrivateFolders places, Journal journal) {
    try {
      places.of(trees.top());
    } catch (ConflictException e) {
      journal.finish();
      throw e;
    } catch (SystemCallException e) {
      throw Failures.of(e, "rolling back", "");
    }
  }

  private static void restore(
      Trees trees, PrivateFolders places, LateWrites late, Room room, Cancellation cancellation) {
    try {
      Runnable goOn =
          () -> {
            room.check();
            cancellation.check();
          };
      Restoration restoration = new Restoration(trees, places, late, goOn);
      new PairWalk(trees.before(), trees.live(), restoration, goOn).run();
    } catch (SystemCallException e) {
      throw Failures.of(e, "rolling back", "");
    }
  }

  /** What is to be seen is on the disk before the journal forgets about it. */
  private static void end(Trees trees, PrivateFolders places, Journal journal) {
    try {
      places.remove();
      trees.top().fd().syncFilesystem();
      journal.finish();
    } catch (SystemCallException e) {
      throw Failures.of(e, "ending a rollback", "");
    }
  }

  /** What can't be removed now is for recovery. */
  private static void end(
      Trees trees, PrivateFolders places, Journal journal, OrchestrateException reason) {
    try {
      end(trees, places, journal);
    } catch (OrchestrateException e) {
      reason.addSuppressed(e);
    }
  }

  private static OrchestrateException incomplete(
      Manifest checkpoint, String before, OrchestrateException e) {
    return Failures.again(
        e,
        checkpoint.target().path()
            + ": its rollback to "
            + checkpoint.id()
            + " is incomplete: "
            + e.getMessage(),
        (e instanceof TimeoutException ? "" : e.advice() + "; then ")
            + "complete it: orchestrate rollback "
            + checkpoint.id()
            + ", or undo it: orchestrate rollback "
            + before);
  }
}
