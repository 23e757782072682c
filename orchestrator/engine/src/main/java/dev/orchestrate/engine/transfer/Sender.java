package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.increment.Increment;
import dev.orchestrate.engine.live.LiveTree;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.view.StoredTree;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SystemFailureException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes a stored checkpoint as one stream: its manifest, and its tree or what in that differs from
 * another checkpoint's.
 */
public final class Sender {
  private final Catalog catalog;
  private final Backends backends;
  private final Cancellation cancellation;
  private final Progress progress;
  private final Consumer<String> notices;

  /**
   * @param notices told of what could not be sent, a line each
   */
  public Sender(
      Catalog catalog,
      Backends backends,
      Cancellation cancellation,
      Progress progress,
      Consumer<String> notices) {
    this.catalog = catalog;
    this.backends = backends;
    this.cancellation = cancellation;
    this.progress = progress;
    this.notices = notices;
  }

  /**
   * Reads the tree through a view, by a program that can write nowhere. Where the receiver sees the
   * tree, that is not read, and the manifest is all that is sent.
   *
   * @param out stays open
   * @throws NotSupportedException if what is stored is the live tree, of this host only
   */
  public void send(Manifest manifest, Compression compression, OutputStream out) {
    SnapshotBackend backend = backends.byName(manifest.backend());
    if (backend.isShared()) {
      sendShared(manifest, backend, out);
      return;
    }
    compression.require("--compress=none");
    try (StoredTree stored = open(manifest)) {
      StreamWriter stream = new StreamWriter(out);
      begin(stream, manifest, compression, Optional.empty());
      TreeArchive archive = new TreeArchive(stored.top(), compression);
      archive.write(tree -> stream.tree(tree, cancellation.before(progress::advance)));
      stream.end();
      archive.notices().forEach(notices);
    } catch (SystemCallException e) {
      throw Failures.of(e, "sending checkpoint " + manifest.id(), "CAP_DAC_READ_SEARCH");
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Compares views of both, and reads what differs.
   *
   * @param parent which the receiver has
   * @param out stays open
   * @throws NotSupportedException if what one of them stores is the live tree
   */
  public void sendSince(
      Manifest parent, Manifest manifest, Compression compression, OutputStream out) {
    requireStoredApart(manifest);
    compression.require("--compress=none");
    try (StoredTree before = open(parent);
        StoredTree after = open(manifest)) {
      StreamWriter stream = new StreamWriter(out);
      begin(stream, manifest, compression, Optional.of(ParentCheckpoint.of(parent)));
      Increment increment = new Increment(parent, manifest, cancellation);
      List<RawPath> leftOut = new ArrayList<>();
      Conduit.compress(
          compression,
          steps -> leftOut.addAll(increment.write(before.top(), after.top(), buffered(steps))),
          steps -> stream.differences(steps, cancellation.before(progress::advance)));
      stream.end();
      leftOut.forEach(socket -> notices.accept("left out: " + socket + ": socket ignored"));
    } catch (SystemCallException e) {
      throw Failures.of(e, "sending checkpoint " + manifest.id(), "CAP_DAC_READ_SEARCH");
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void sendShared(Manifest manifest, SnapshotBackend backend, OutputStream out) {
    try {
      backend.requireReachable(manifest.snapshotReference());
      SharedManifest place = place(manifest);
      StreamWriter stream = new StreamWriter(out);
      stream.shared(header(manifest, Compression.NONE), place, ManifestFormat.write(manifest));
      stream.end();
    } catch (SystemCallException e) {
      throw Failures.of(e, "sending checkpoint " + manifest.id(), "CAP_DAC_READ_SEARCH");
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static SharedManifest place(Manifest manifest) {
    try (Directory top = LiveTree.open(manifest)) {
      return SharedManifest.find(top, manifest)
          .orElseThrow(
              () ->
                  new NotFoundException(
                      "checkpoint %s: %s is gone"
                          .formatted(
                              manifest.id(),
                              manifest.target().path().resolve(manifest.manifestPath())),
                      "it can't be sent, nor restarted: orchestrate delete " + manifest.id()));
    }
  }

  private void requireStoredApart(Manifest manifest) {
    if (backends.byName(manifest.backend()).isShared()) {
      throw new NotSupportedException(
          "checkpoint %s: can't be sent as what differs, as %s stores no copy; all that is sent of it is the manifest"
              .formatted(manifest.id(), manifest.backend()),
          "send it without --parent");
    }
  }

  private static OutputStream buffered(OutputStream steps) {
    return new BufferedOutputStream(steps, 1 << 16);
  }

  private StoredTree open(Manifest manifest) {
    return StoredTree.open(
        catalog, backends.byName(manifest.backend()), manifest, () -> storesNothing(manifest));
  }

  private void begin(
      StreamWriter stream,
      Manifest manifest,
      Compression compression,
      Optional<ParentCheckpoint> parent)
      throws IOException {
    stream.begin(header(manifest, compression), parent, ManifestFormat.write(manifest));
  }

  private StreamFormat.Header header(Manifest manifest, Compression compression) {
    Label label = new Labels(catalog).of(manifest.id()).orElse(Label.NONE);
    return new StreamFormat.Header(compression, label);
  }

  private static OrchestrateException unwritable(IOException e) {
    String line = "the stream can't be written: " + e.getMessage();
    return line.contains("No space left on device")
        ? new NoSpaceException(line, "free some space there, or choose another place", e)
        : new SystemFailureException(line, "see what the receiving side says", e);
  }

  static NotSupportedException storesNothing(Manifest manifest) {
    return new NotSupportedException(
        "checkpoint "
            + manifest.id()
            + ": its files can't be copied elsewhere, as "
            + manifest.backend()
            + " stores none: they stay in the live tree, where programs change them",
        "send it to a host that mounts that filesystem, too, or choose a backend that stores them");
  }
}
