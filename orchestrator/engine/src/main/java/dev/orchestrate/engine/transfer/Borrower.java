package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.UnfinishedCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.Target;
import java.util.List;
import java.util.Optional;

/**
 * Lists a checkpoint here that another host has stored where this one sees it. What is listed
 * refers to that, and owns nothing: see {@link SnapshotReference#borrowed}.
 */
final class Borrower {
  private final Catalog catalog;
  private final Planner planner;
  private final Cancellation cancellation;

  Borrower(Catalog catalog, Planner planner, Cancellation cancellation) {
    this.catalog = catalog;
    this.planner = planner;
    this.cancellation = cancellation;
  }

  /**
   * Compares what is told with what is here, and lists it.
   *
   * @param there the copy of the manifest that the other host has found
   * @throws ConflictException if there is one of this id
   * @throws dev.orchestrate.spi.NotFoundException if the target is another filesystem
   * @throws NotSupportedException if something was to be changed of files that stay where they are
   */
  Manifest borrow(
      Incoming incoming, Label label, SharedManifest there, Target target, ReceiveRequest request) {
    requireNoChange(request);
    Manifest sent = incoming.manifest();
    incoming.end();
    catalog.requireNone(sent.id());
    requireBackend(sent, request);
    // where something is to be stored, as is configured perhaps, does not matter here
    Settings settings = new Settings(Optional.empty(), request.settings().stateFolder());
    SnapshotBackend backend = planner.borrower(target, sent.backend(), settings);
    new SharedTree(sent, target.path()).requireStored(there);
    ReceivedManifest received = new ReceivedManifest(sent, target);
    SnapshotReference reference = backend.locateShared(received.request(settings)).borrowed();
    Manifest manifest = received.moved(reference, OwnerMap.NONE, List.of(warning(sent)));
    try (UnfinishedCheckpoint unfinished =
        UnfinishedCheckpoint.begin(received.begun(reference), backend, catalog)) {
      if (!label.isEmpty()) {
        new Labels(catalog).write(manifest.id(), label);
      }
      cancellation.check();
      catalog.complete(manifest, ManifestFormat.write(manifest));
      unfinished.finish();
    }
    return manifest;
  }

  private static void requireNoChange(ReceiveRequest request) {
    if (!request.owners().isEmpty()) {
      throw new NotSupportedException(
          "the files of this checkpoint stay where they are, with the numbers that all hosts see: "
              + request.owners(),
          "leave --map-user and --map-group out");
    }
  }

  private static void requireBackend(Manifest sent, ReceiveRequest request) {
    if (request.backend().filter(name -> !name.equals(sent.backend())).isPresent()) {
      throw new ConflictException(
          "the stream refers to what %s stores in a filesystem of several hosts, and brings no copy"
              .formatted(sent.backend()),
          "receive it by that, or take a checkpoint with another backend");
    }
  }

  private static String warning(Manifest sent) {
    return "refers to the checkpoint that was sent: the tree was at %s (%s); deleted there, it can't be restarted here"
        .formatted(sent.target().path(), sent.target().source());
  }
}
