package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.transfer.ImageFormat.Descriptor;
import dev.orchestrate.engine.transfer.ImageFormat.Execution;
import dev.orchestrate.engine.transfer.ImageFormat.ImageConfig;
import dev.orchestrate.engine.transfer.ImageFormat.ImageManifest;
import dev.orchestrate.engine.transfer.ImageFormat.Index;
import dev.orchestrate.engine.transfer.ImageFormat.Layout;
import dev.orchestrate.engine.transfer.ImageFormat.RootFilesystem;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotSupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Writes a checkpoint as an image of one layer, which is not compressed: what takes it to a
 * registry does that.
 */
final class ImageLayout {
  static final RawPath LAYOUT = RawPath.of("oci-layout");
  static final RawPath INDEX = RawPath.of("index.json");
  static final RawPath BLOBS = RawPath.of("blobs/sha256");
  static final String DIGEST = "sha256:";

  /** In bytes: what tools around registries read of an image's configuration. */
  static final int LARGEST_CONFIG = 4 << 20;

  private static final RawPath UNNAMED = RawPath.of("unnamed");
  private static final int PIECE = 1 << 16;

  private final Directory folder;
  private final Manifest manifest;

  /**
   * @param folder empty
   */
  ImageLayout(Directory folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * Writes all of it.
   *
   * @throws NotSupportedException if the manifest is larger than a label of an image may be
   */
  void write(TreeArchive tree, Label label, LongConsumer progress) throws IOException {
    byte[] json = ManifestFormat.write(manifest);
    if (json.length > LARGEST_CONFIG / 2) { // quotation marks take two bytes in a string
      throw new NotSupportedException(
          "the manifest has %d bytes, and an image has room for %d"
              .formatted(json.length, LARGEST_CONFIG / 2),
          "export it with --form=directory");
    }
    folder.makeDirectory(RawPath.of("blobs"), 0700);
    folder.makeDirectory(BLOBS, 0700);
    try (Directory blobs = folder.openDirectory(BLOBS)) {
      Descriptor[] layer = new Descriptor[1];
      tree.write(archive -> layer[0] = blob(blobs, ImageFormat.LAYER, archive, progress));
      Descriptor image = image(blobs, layer[0], config(json, label, layer[0]));
      Index index = new Index(2, Optional.of(ImageFormat.INDEX), List.of(image));
      file(folder, INDEX, ManifestFormat.writeLine(index));
      file(folder, LAYOUT, ManifestFormat.writeLine(new Layout("1.0.0")));
    }
  }

  private Descriptor image(Directory blobs, Descriptor layer, ImageConfig config) {
    ImageManifest image =
        new ImageManifest(
            2,
            Optional.of(ImageFormat.MANIFEST),
            blob(blobs, ImageFormat.CONFIG, ManifestFormat.writeLine(config)),
            List.of(layer));
    Descriptor unnamed = blob(blobs, ImageFormat.MANIFEST, ManifestFormat.writeLine(image));
    return unnamed.with(Map.of(ImageFormat.NAME, manifest.id()));
  }

  private ImageConfig config(byte[] json, Label label, Descriptor layer) {
    Map<String, String> labels =
        Map.of(
            ImageFormat.CHECKPOINT_LABEL,
            new String(json, StandardCharsets.UTF_8),
            ImageFormat.USERS_LABEL,
            new String(ManifestFormat.writeLine(label), StandardCharsets.UTF_8));
    return new ImageConfig(
        Optional.of(manifest.created().toString()),
        System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
        "linux",
        Optional.of(new Execution(Optional.of(labels))),
        new RootFilesystem("layers", List.of(layer.digest())));
  }

  private static Descriptor blob(Directory blobs, String mediaType, byte[] content) {
    String hexadecimal = Sha256.of(content);
    file(blobs, RawPath.of(hexadecimal), content);
    return new Descriptor(mediaType, DIGEST + hexadecimal, content.length, Optional.empty());
  }

  private static Descriptor blob(
      Directory blobs, String mediaType, InputStream content, LongConsumer progress)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    long size = 0;
    try (Fd file = blobs.create(UNNAMED)) {
      for (byte[] piece = content.readNBytes(PIECE);
          piece.length > 0;
          piece = content.readNBytes(PIECE)) {
        digest.update(piece);
        file.writeAll(piece);
        size += piece.length;
        progress.accept(piece.length);
      }
    }
    String hexadecimal = Sha256.hexadecimal(digest);
    blobs.rename(UNNAMED, blobs, RawPath.of(hexadecimal));
    return new Descriptor(mediaType, DIGEST + hexadecimal, size, Optional.empty());
  }

  static void file(Directory folder, RawPath name, byte[] content) {
    try (Fd file = folder.create(name)) {
      file.writeAll(content);
    }
  }
}
