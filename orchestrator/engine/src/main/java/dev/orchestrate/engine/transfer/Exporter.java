package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.view.StoredTree;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.StreamingProgram;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SystemFailureException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Writes a stored checkpoint, manifest and tree, into a folder for other tools to read. */
public final class Exporter {
  static final RawPath TREE = RawPath.of("tree");
  static final RawPath MANIFEST = RawPath.of("manifest.json");
  static final RawPath LABEL = RawPath.of("label.json");

  private final Catalog catalog;
  private final Cancellation cancellation;
  private final Progress progress;
  private final Consumer<String> notices;

  /**
   * @param notices told of what could not be exported, a line each
   */
  public Exporter(
      Catalog catalog, Cancellation cancellation, Progress progress, Consumer<String> notices) {
    this.catalog = catalog;
    this.cancellation = cancellation;
    this.progress = progress;
    this.notices = notices;
  }

  /**
   * Reads the tree through a view, by a program that can write nowhere.
   *
   * @param path of the folder, which is made; nobody sees it before it is whole and on the disk
   * @throws ConflictException if there is something of that name
   * @throws NotSupportedException if what is stored is the live tree
   */
  public void export(Manifest manifest, SnapshotBackend backend, ExportForm form, RawPath path) {
    try (NewFolder folder = NewFolder.create(path)) {
      try (StoredTree stored =
          StoredTree.open(catalog, backend, manifest, () -> Sender.storesNothing(manifest))) {
        write(manifest, form, stored.top(), folder.content());
      }
      cancellation.check();
      folder.complete();
    } catch (IOException e) {
      throw new SystemFailureException(
          "the tree can't be written: " + e.getMessage(),
          "see whether there is room; nothing was kept",
          e);
    } catch (SystemCallException e) {
      throw Failures.of(e, "exporting checkpoint " + manifest.id(), "CAP_DAC_READ_SEARCH");
    }
  }

  private void write(Manifest manifest, ExportForm form, Directory top, Directory folder)
      throws IOException {
    Label label = new Labels(catalog).of(manifest.id()).orElse(Label.NONE);
    TreeArchive tree = new TreeArchive(top, Compression.NONE);
    LongConsumer advance = cancellation.before(progress::advance);
    if (form == ExportForm.OCI) {
      new ImageLayout(folder, manifest).write(tree, label, advance);
    } else {
      writeFiles(tree, folder, advance);
      ImageLayout.file(folder, MANIFEST, ManifestFormat.write(manifest));
      ImageLayout.file(folder, LABEL, ManifestFormat.write(label));
    }
    tree.notices().forEach(notices);
  }

  private void writeFiles(TreeArchive tree, Directory folder, LongConsumer advance) {
    folder.makeDirectory(TREE, 0700);
    try (Directory copy = folder.openDirectory(TREE)) {
      TreeArchive files = new TreeArchive(copy, Compression.NONE);
      try (StreamingProgram unpacking = files.read()) {
        try (OutputStream input = unpacking.input()) {
          tree.write(archive -> pass(archive, input, advance));
        } catch (IOException e) {
          files.requireRead(unpacking.await()); // it has ended before the tree did
          throw new SystemFailureException(
              "tar ended too early: " + e.getMessage(),
              "see whether there is room; nothing was kept",
              e);
        }
        files.requireRead(unpacking.await());
      }
      files.notices().forEach(notices);
    }
  }

  static void pass(InputStream from, OutputStream to, LongConsumer advance) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      to.write(buffer, 0, count);
      advance.accept(count);
    }
  }
}
