package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.backend.Room;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.catalog.OwnerMaps;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checkpoint.UnfinishedCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.engine.owner.TreeOwners;
import dev.orchestrate.engine.plan.Planner;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.LinuxCapability;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.Target;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a checkpoint here of what {@link Sender} wrote elsewhere. It is in the catalog once all of
 * the stream was as it was sent; until then, whatever fails leaves nothing.
 */
public final class Receiver {
  private final Catalog catalog;
  private final Planner planner;
  private final Cancellation cancellation;
  private final Progress progress;
  private final Consumer<String> notices;

  /**
   * @param notices told of what could not be kept, a line each
   */
  public Receiver(
      Catalog catalog,
      Planner planner,
      Cancellation cancellation,
      Progress progress,
      Consumer<String> notices) {
    this.catalog = catalog;
    this.planner = planner;
    this.cancellation = cancellation;
    this.progress = progress;
    this.notices = notices;
  }

  /**
   * Receives a checkpoint, which keeps its id.
   *
   * @param in read to its end
   * @throws dev.orchestrate.spi.ConflictException if there is one of this id
   * @throws dev.orchestrate.spi.DamagedException if the stream is not as it was sent
   * @throws PermissionException if modes would not arrive as they were sent
   */
  public Received receive(InputStream in, ReceiveRequest request) {
    return receive(new StreamReader(new PatientInput(in, cancellation)), request);
  }

  /**
   * The same with what {@link Exporter} wrote, or with a tree that a backup program has restored.
   *
   * @param folder as typed; only read
   * @param place of the manifest in such a tree
   * @throws NotFoundException if there is no such folder, or not the one manifest that is meant
   */
  public Received receive(RawPath folder, ManifestPlace place, ReceiveRequest request) {
    try (Directory from = Directory.openFollowing(folder)) {
      return receive(ImportedFolder.in(from, place), request);
    } catch (SystemCallException e) {
      throw Failures.of(e, "importing " + folder, "CAP_DAC_READ_SEARCH");
    }
  }

  private Received receive(Incoming incoming, ReceiveRequest request) {
    requireModesKept();
    requireOwnersGiven(request.owners());
    Target target = TargetFinder.find(request.path());
    StreamFormat.Header header = incoming.header();
    Optional<SharedManifest> shared = incoming.shared();
    if (shared.isPresent()) {
      Borrower borrower = new Borrower(catalog, planner, cancellation);
      Manifest borrowed = borrower.borrow(incoming, header.label(), shared.get(), target, request);
      return new Received(borrowed, Optional.empty());
    }
    return receive(incoming, header, target, request);
  }

  private Received receive(
      Incoming incoming, StreamFormat.Header header, Target target, ReceiveRequest request) {
    SnapshotBackend chosen = planner.receiver(target, request.backend(), request.settings());
    header.compression().require("have it sent with --compress=none");
    Optional<Parent> found = incoming.parent().map(this::find);
    Optional<Manifest> parent = found.map(Parent::here);
    SnapshotBackend backend =
        parent.map(one -> backendOf(one, chosen, target, request)).orElse(chosen);
    OwnerMap owners = found.map(one -> owners(one, request)).orElse(request.owners());
    Manifest sent = incoming.manifest();
    catalog.requireNone(sent.id());
    ReceivedManifest received = new ReceivedManifest(sent, target);
    SnapshotReference reference = backend.locateReceived(received.request(request.settings()));
    List<String> warnings = new ArrayList<>(incoming.notices());
    warnings.add(warning(sent));
    Manifest manifest = received.moved(reference, owners, warnings);
    try (UnfinishedCheckpoint unfinished =
        UnfinishedCheckpoint.begin(received.begun(reference), backend, catalog)) {
      Unpacking unpacking =
          new Unpacking(
              incoming,
              header.compression(),
              manifest,
              new TreeOwners(owners, manifest.manifestPath().parent()),
              request.devices(),
              parent);
      Room room = new Room(() -> backend.requireRoom(reference));
      room.requiredFor(
          () -> {
            try (Directory top = makeTop(backend, reference, parent)) {
              unpacking.into(top, cancellation.before(room.before(progress::advance)));
            }
          });
      incoming.notices().forEach(notices);
      unpacking.notices().forEach(notices);
      byte[] json = ManifestFormat.write(manifest);
      backend.seal(reference, new Sealing(json, manifest.manifestPath(), List.of()));
      if (!header.label().isEmpty()) {
        new Labels(catalog).write(manifest.id(), header.label());
      }
      if (!owners.isEmpty()) {
        String sentAs = ParentCheckpoint.of(sent).digest();
        new OwnerMaps(catalog).write(manifest.id(), new OwnerMaps.Received(owners, sentAs));
      }
      cancellation.check();
      catalog.complete(manifest, json);
      unfinished.finish();
    } catch (SystemCallException e) {
      throw Failures.of(e, "receiving checkpoint " + manifest.id(), "CAP_SYS_ADMIN");
    }
    return new Received(manifest, parent.map(Manifest::id));
  }

  /** Whoever may give files away, but lacks this, loses the bit and is not told; chmod(2). */
  private static void requireModesKept() {
    if (LinuxCapability.CAP_CHOWN.isEffective() && !LinuxCapability.CAP_FSETID.isEffective()) {
      throw new PermissionException(
          "set-group-ID bits would be lost without a word", "run as root or with CAP_FSETID");
    }
  }

  private static void requireOwnersGiven(OwnerMap owners) {
    if (!owners.isEmpty() && SystemCalls.userId() != 0) {
      throw new PermissionException(
          "files can't be given to others (" + owners + ") by an ordinary user", "run as root");
    }
  }

  /**
   * A parent that is here.
   *
   * @param owners what the numbers of the sending side are in it
   */
  private record Parent(Manifest here, OwnerMap owners) {}

  /** What differs says nothing of the files that are the same, and have their owners already. */
  private static OwnerMap owners(Parent parent, ReceiveRequest request) {
    OwnerMap asked = request.owners();
    OwnerMap before = parent.owners();
    if (!asked.isEmpty() && !asked.equals(before)) {
      throw new ConflictException(
          "the stream has what differs from checkpoint "
              + parent.here().id()
              + ", which was received "
              + (before.isEmpty() ? "without --map-user or --map-group" : "with " + before),
          "leave these options out, or have the whole checkpoint sent, without --parent");
    }
    return before;
  }

  /**
   * @throws NotFoundException if it is not here
   */
  private Parent find(ParentCheckpoint parent) {
    if (!catalog.has(parent.id())) {
      throw new NotFoundException(
          "the stream has what differs from checkpoint " + parent.id() + ", which is not here",
          "receive that one first, or have the whole checkpoint sent, without --parent");
    }
    Manifest here = catalog.find(parent.id()).manifest();
    return new Parent(here, parent.requireSame(here, new OwnerMaps(catalog)));
  }

  /** Only the one that stores the parent can begin with a copy of it. */
  private SnapshotBackend backendOf(
      Manifest parent, SnapshotBackend chosen, Target target, ReceiveRequest request) {
    if (chosen.name().equals(parent.backend())) {
      return chosen;
    }
    if (request.backend().isPresent()) {
      throw new ConflictException(
          "the stream has what differs from checkpoint "
              + parent.id()
              + ", which "
              + parent.backend()
              + " stores here",
          "receive it by that, or have the whole checkpoint sent, without --parent");
    }
    return planner.receiver(target, Optional.of(parent.backend()), request.settings());
  }

  private static String warning(Manifest sent) {
    return "received from elsewhere: the tree was at %s (%s), stored by %s"
        .formatted(sent.target().path(), sent.target().type(), sent.backend());
  }

  private static Directory makeTop(
      SnapshotBackend backend, SnapshotReference reference, Optional<Manifest> parent) {
    return parent
        .map(one -> backend.receive(reference, one.snapshotReference()))
        .orElseGet(() -> backend.receive(reference));
  }
}
