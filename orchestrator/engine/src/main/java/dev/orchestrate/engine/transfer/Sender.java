package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.view.StoredTree;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SystemFailureException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/** Writes a stored checkpoint, manifest and tree, as one stream. */
public final class Sender {
  private final Catalog catalog;
  private final Cancellation cancellation;
  private final Progress progress;
  private final Consumer<String> notices;

  /**
   * @param notices told of what could not be sent, a line each
   */
  public Sender(
      Catalog catalog, Cancellation cancellation, Progress progress, Consumer<String> notices) {
    this.catalog = catalog;
    this.cancellation = cancellation;
    this.progress = progress;
    this.notices = notices;
  }

  /**
   * Reads the tree through a view, by a program that can write nowhere.
   *
   * @param out stays open
   * @throws NotSupportedException if what is stored is the live tree
   */
  public void send(
      Manifest manifest, SnapshotBackend backend, Compression compression, OutputStream out) {
    compression.require("--compress=none");
    try (StoredTree stored =
        StoredTree.open(catalog, backend, manifest, () -> storesNothing(manifest))) {
      Label label = new Labels(catalog).of(manifest.id()).orElse(Label.NONE);
      StreamWriter stream = new StreamWriter(out);
      stream.begin(new StreamFormat.Header(compression, label), ManifestFormat.write(manifest));
      TreeArchive archive = new TreeArchive(stored.top(), compression);
      archive.write(tree -> stream.tree(tree, this::advance));
      stream.end();
      archive.notices().forEach(notices);
    } catch (SystemCallException e) {
      throw Failures.of(e, "sending checkpoint " + manifest.id(), "CAP_DAC_READ_SEARCH");
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void advance(long bytes) {
    cancellation.check();
    progress.advance(bytes);
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
            + ": can't be taken elsewhere, as "
            + manifest.backend()
            + " stores no copy: the files stay in the live tree, where programs change them",
        "let the other host mount that filesystem, or choose a backend that stores them");
  }
}
