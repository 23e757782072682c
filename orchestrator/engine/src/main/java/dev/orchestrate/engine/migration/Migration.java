package dev.orchestrate.engine.migration;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.Checkpointer;
import dev.orchestrate.engine.checkpoint.HeldCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.recovery.Recovery;
import dev.orchestrate.engine.transfer.Sender;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.Progress;
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
  private final Progress progress;
  private final Listener listener;

  /** Made here and not known to have arrived. */
  private Optional<Manifest> travelling = Optional.empty();

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
      Progress progress,
      Listener listener) {
    this.catalog = catalog;
    this.backends = backends;
    this.cancellation = cancellation;
    this.progress = progress;
    this.listener = listener;
  }

  /**
   * Does it. Whatever fails: the processes go on, and of all checkpoints made here only the last
   * that has arrived is kept, for the next attempt to begin from.
   *
   * @return the last, which is kept here as well; empty if there was no round at all
   */
  public Optional<Manifest> run(MigrationRequest request) {
    Optional<Manifest> there = request.parent();
    try {
      Optional<Round> before = Optional.empty();
      boolean goOn = true;
      for (int i = 0; i < request.rounds() && goOn; i++) {
        Round round = send(request, there);
        forget(there, request);
        there = arrived(round);
        goOn = !round.isLikeTheLast(before);
        before = Optional.of(round);
      }
      if (request.last().isPresent()) {
        Round round = sendAndEnd(request, there, request.last().get());
        forget(there, request);
        there = arrived(round);
      }
      return there;
    } catch (RuntimeException | Error e) {
      forgetTravelling(e);
      there.ifPresent(
          one ->
              listener.notice(
                  "checkpoint %s has arrived, and the processes go on; to begin from that: --parent %s"
                      .formatted(one.id(), one.id())));
      throw e;
    }
  }

  private Optional<Manifest> arrived(Round round) {
    travelling = Optional.empty();
    listener.arrived(round);
    return Optional.of(round.manifest());
  }

  private Round send(MigrationRequest request, Optional<Manifest> parent) {
    try (ReceivingCommand receiver = receiver(request)) {
      Manifest manifest = checkpointer().checkpoint(List.of(request.plan().get())).get(0);
      long begun = System.nanoTime();
      deliver(manifest, parent, request, receiver);
      return new Round(
          manifest,
          parent.map(Manifest::id),
          receiver.bytes(),
          (System.nanoTime() - begun) / 1000,
          Optional.empty());
    }
  }

  private Round sendAndEnd(MigrationRequest request, Optional<Manifest> parent, Duration most) {
    try (ReceivingCommand receiver = receiver(request); // it starts before anybody stands still
        HeldCheckpoint held = checkpointer().checkpointAndHold(request.plan().get(), most)) {
      receiver.hurry(most);
      long begun = System.nanoTime();
      deliver(held.manifest(), parent, request, receiver);
      long micros = (System.nanoTime() - begun) / 1000;
      held.end();
      return new Round(
          held.manifest(),
          parent.map(Manifest::id),
          receiver.bytes(),
          micros,
          Optional.of(held.micros()));
    }
  }

  private ReceivingCommand receiver(MigrationRequest request) {
    return ReceivingCommand.start(request.command(), cancellation, listener::printed);
  }

  private Checkpointer checkpointer() {
    return new Checkpointer(catalog, cancellation, progress);
  }

  private void deliver(
      Manifest manifest,
      Optional<Manifest> parent,
      MigrationRequest request,
      ReceivingCommand receiver) {
    travelling = Optional.of(manifest);
    Sender sender = new Sender(catalog, backends, cancellation, progress, listener::notice);
    try {
      if (parent.isPresent()) {
        sender.sendSince(parent.get(), manifest, request.compression(), receiver.input());
      } else {
        sender.send(manifest, request.compression(), receiver.input());
      }
    } catch (OrchestrateException e) {
      throw receiver.failure(e);
    }
    receiver.requireArrived(manifest.id());
  }

  /** An earlier one, unless it was there before. */
  private void forget(Optional<Manifest> earlier, MigrationRequest request) {
    if (!earlier.equals(request.parent())) {
      try {
        earlier.ifPresent(this::delete);
      } catch (OrchestrateException e) {
        listener.notice("an earlier round's checkpoint stays: " + e.getMessage());
      }
    }
  }

  private void forgetTravelling(Throwable failure) {
    try {
      travelling.ifPresent(this::delete);
    } catch (OrchestrateException e) {
      failure.addSuppressed(e);
    }
  }

  private void delete(Manifest manifest) {
    new Recovery(catalog, backends).delete(catalog.findAll(manifest.id()));
  }
}
