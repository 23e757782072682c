package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.view.StoredTree;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.process.OwnThread;
import dev.orchestrate.linux.process.StreamingProgram;
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
      OwnThread.call(() -> write(archive, stream));
      stream.end();
      archive.notices().forEach(notices);
    } catch (SystemCallException e) {
      throw Failures.of(e, "sending checkpoint " + manifest.id(), "CAP_DAC_READ_SEARCH");
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private Void write(TreeArchive archive, StreamWriter stream) {
    forbidWriting();
    try (StreamingProgram program = archive.write()) {
      program.input().close();
      stream.tree(program.output(), this::advance);
      archive.requireWritten(program.await());
      return null;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Whoever may not have mounts of their own can't change what is stored either. */
  private static void forbidWriting() {
    try {
      MountNamespace.enterPrivate();
      MountNamespace.forbidWriting();
    } catch (SystemCallException e) {
      if (!e.is(Errno.EPERM, Errno.ENOSYS, Errno.EINVAL)) {
        throw e;
      }
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

  private static NotSupportedException storesNothing(Manifest manifest) {
    return new NotSupportedException(
        "checkpoint "
            + manifest.id()
            + ": can't be sent, as "
            + manifest.backend()
            + " stores no copy: the files stay in the live tree, where programs change them",
        "let the other host mount that filesystem, or choose a backend that stores them");
  }
}
