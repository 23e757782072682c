package dev.orchestrate.engine.migration;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.CheckpointProgress;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.HeldCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.recovery.Recovery;
import dev.orchestrate.engine.transfer.Sender;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.OrchestrateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes a tree and its unlinked files elsewhere while programs work on it: checkpoint after
 * checkpoint, of which each but the first is sent as what differs from the one before, until little
 * does. The last, if the programs are to go with it, is of processes that stand still until it has
 * arrived, and are ended then; if anything fails before, they go on.
 */
public final class Migration {
  private final Catalog catalog;
  private final Backends backends;
  private final Cancellation cancellation;
  private final CheckpointProgress progress;
  private final Listener listener;

  /** The last that has arrived. */
  private Optional<Manifest> there = Optional.empty();

  /** Made here and not known to have arrived. */
  private Optional<Manifest> travelling = Optional.empty();

  /** Whether that may have arrived without our being told. */
  private boolean mayHaveArrived;

  private boolean ended;

  /** Who is told how it goes. */
  public interface Listener {
    /** A checkpoint has arrived. */
    void arrived(Round round);

    /** Something that was left out or left behind. */
    void notice(String line);

    /** What the receiving command prints, a line each. */
    void printed(String line);
  }

  public Migration(
      Catalog catalog,
      Backends backends,
      Cancellation cancellation,
      CheckpointProgress progress,
      Listener listener) {
    this.catalog = catalog;
    this.backends = backends;
    this.cancellation = cancellation;
    this.progress = progress;
    this.listener = listener;
  }

  /**
   * Does it. Whatever fails before the processes are ended: they go on, and of all checkpoints made
   * here only the last that has arrived is kept, for the next attempt to begin from, and one of
   * which that can't be known.
   *
   * @return the last, which is kept here as well; empty if there was no round at all
   */
  public Optional<Manifest> run(MigrationRequest request) {
    there = request.parent();
    try {
      Optional<Round> before = Optional.empty();
      boolean goOn = true;
      for (int i = 0; i < request.rounds() && goOn; i++) {
        Optional<Manifest> earlier = there;
        Round round = send(request);
        listener.arrived(round);
        forget(earlier, request);
        goOn = !round.isLikeTheLast(before);
        before = Optional.of(round);
      }
      if (request.last().isPresent()) {
        Optional<Manifest> earlier = there;
        listener.arrived(sendAndEnd(request, request.last().get()));
        forget(earlier, request);
      }
      return there;
    } catch (RuntimeException | Error e) {
      forgetTravelling(e);
      tellWhereItStands();
      throw e;
    }
  }

  private Round send(MigrationRequest request) {
    Optional<String> parent = there.map(Manifest::id);
    try (ReceivingCommand receiver = receiver(request)) {
      Manifest manifest = checkpointer().checkpoint(List.of(request.plan().get())).get(0);
      long micros = deliver(manifest, request, receiver);
      return new Round(manifest, parent, receiver.bytes(), micros, Optional.empty());
    }
  }

  private Round sendAndEnd(MigrationRequest request, Duration most) {
    Optional<String> parent = there.map(Manifest::id);
    try (ReceivingCommand receiver = receiver(request); // it starts before anybody stands still
        HeldCheckpoint held = checkpointer().checkpointAndHold(request.plan().get(), most)) {
      receiver.hurry(most.minusNanos(held.micros() * 1000));
      long micros = deliver(held.manifest(), request, receiver);
      try {
        held.end();
      } finally {
        ended = held.hasEnded();
      }
      return new Round(
          held.manifest(), parent, receiver.bytes(), micros, Optional.of(held.micros()));
    }
  }

  private ReceivingCommand receiver(MigrationRequest request) {
    return ReceivingCommand.start(request.command(), cancellation, listener::printed);
  }

  private Checkpointer checkpointer() {
    return new Checkpointer(catalog, cancellation, progress);
  }

  /** Returns how long it took, in microseconds. */
  private long deliver(Manifest manifest, MigrationRequest request, ReceivingCommand receiver) {
    long begun = System.nanoTime();
    travelling = Optional.of(manifest);
    Sender sender = new Sender(catalog, backends, cancellation, progress, listener::notice);
    try {
      if (there.isPresent()) {
        sender.sendSince(there.get(), manifest, request.compression(), receiver.input());
      } else {
        sender.send(manifest, request.compression(), receiver.input());
      }
    } catch (OrchestrateException e) {
      throw receiver.failure(e);
    }
    mayHaveArrived = receiver.endsUndecided();
    receiver.requireArrived(manifest.id());
    travelling = Optional.empty();
    there = Optional.of(manifest);
    return (System.nanoTime() - begun) / 1000;
  }

  /** An earlier one, unless it was there before. */
  private void forget(Optional<Manifest> earlier, MigrationRequest request) {
    if (!earlier.equals(request.parent())) {
      try {
        earlier.ifPresent(this::delete);
      } catch (OrchestrateException | SystemCallException e) {
        listener.notice("an earlier round's checkpoint stays: " + e.getMessage());
      }
    }
  }

  private void forgetTravelling(Throwable failure) {
    if (!mayHaveArrived) {
      try {
        travelling.ifPresent(this::delete);
        travelling = Optional.empty();
      } catch (OrchestrateException | SystemCallException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private void tellWhereItStands() {
    there.ifPresent(
        one ->
            listener.notice(
                ended
                    ? "checkpoint %s has arrived, and the processes are ended: restart it there"
                        .formatted(one.id())
                    : "checkpoint %s has arrived, and the processes go on; ".formatted(one.id())
                        + next(one, "to begin from that: --parent %1$s")));
    travelling.ifPresent(
        one ->
            listener.notice(
                "checkpoint %s may have arrived, too, and is kept; ".formatted(one.id())
                    + next(
                        one,
                        "if it is listed there: --parent %1$s, else: orchestrate delete %1$s")));
  }

  /** Of what both sides see, nothing is a parent of anything. */
  private String next(Manifest kept, String otherwise) {
    boolean shared = backends.byName(kept.backend()).isShared();
    return (shared ? "before another attempt, there and here: orchestrate delete %s" : otherwise)
        .formatted(kept.id());
  }

  private void delete(Manifest manifest) {
    new Recovery(catalog, backends).delete(catalog.findAll(manifest.id()));
  }
}
