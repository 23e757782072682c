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
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.DamagedException;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An image with a checkpoint, as {@link ImageLayout} writes it and other tools pass it on: they may
 * have compressed its layer.
 */
final class ImageReader implements Incoming {
  private static final Pattern SHA_256 = Pattern.compile("sha256:[0-9a-f]{64}");

  private final Directory folder;
  private final Map<String, String> labels;
  private final Descriptor layer;
  private final MessageDigest read = Sha256.digest();

  /**
   * @throws DamagedException if there is not exactly one image, or it is not of a checkpoint
   */
  ImageReader(Directory folder) {
    this.folder = folder;
    Index index = json(ExportedCheckpoint.content(folder, ImageLayout.INDEX), Index.class);
    List<Descriptor> images =
        index.manifests().stream()
            .filter(one -> one.mediaType().equals(ImageFormat.MANIFEST))
            .toList();
    require(
        images.size() == 1, "has " + images.size() + " images, and one of them is to be imported");
    ImageManifest image = json(blob(images.get(0)), ImageManifest.class);
    ImageConfig config = json(blob(image.config()), ImageConfig.class);
    labels = config.config().flatMap(Execution::labels).orElse(Map.of());
    require(
        labels.containsKey(ImageFormat.CHECKPOINT_LABEL) && image.layers().size() == 1,
        "is an image, but not one of a checkpoint");
    layer = image.layers().get(0);
    require(layer.mediaType().startsWith(ImageFormat.LAYER), "has a layer that is no archive");
  }

  static boolean isOne(Directory folder) {
    return folder.entry(ImageLayout.LAYOUT).isPresent();
  }

  @Override
  public StreamFormat.Header header() {
    String json = labels.getOrDefault(ImageFormat.USERS_LABEL, "{\"tags\":[],\"note\":\"\"}");
    Label label = json(json.getBytes(StandardCharsets.UTF_8), Label.class);
    Compression compression =
        layer.mediaType().endsWith("zstd") ? Compression.ZSTD : Compression.NONE;
    return new StreamFormat.Header(compression, label);
  }

  @Override
  public Manifest manifest() {
    byte[] json = labels.get(ImageFormat.CHECKPOINT_LABEL).getBytes(StandardCharsets.UTF_8);
    return ManifestFormat.read(json, "the manifest in " + folder.subject());
  }

  @Override
  public void tree(OutputStream archive, LongConsumer progress) throws IOException {
    try (Fd file = open(layer);
        InputStream stored = new FileInputStream(file.procPath().text());
        InputStream noted = new DigestInputStream(stored, read)) {
      boolean gzip = layer.mediaType().endsWith("gzip");
      try (InputStream tree = gzip ? new GZIPInputStream(noted) : noted) {
        Exporter.pass(tree, archive, progress);
        noted.transferTo(OutputStream.nullOutputStream()); // what is behind the compressed part
      }
    } catch (ZipException | EOFException e) {
      throw damaged("has a layer that can't be decompressed");
    }
  }

  @Override
  public void end() {
    require(
        layer.digest().equals(ImageLayout.DIGEST + Sha256.hexadecimal(read)),
        "has a layer that is not what its digest says");
  }

  private byte[] blob(Descriptor descriptor) {
    RawPath name = name(descriptor);
    byte[] content = ExportedCheckpoint.content(folder, name);
    require(
        descriptor.digest().equals(ImageLayout.DIGEST + Sha256.of(content)),
        "has a part that is not what its digest says: " + name);
    return content;
  }

  private Fd open(Descriptor descriptor) {
    RawPath name = name(descriptor);
    try {
      return folder.openBeneath(name, Fd.O_RDONLY | Fd.O_NONBLOCK);
    } catch (SystemCallException e) {
      throw ExportedCheckpoint.missing(folder, name, e);
    }
  }

  private RawPath name(Descriptor descriptor) {
    require(
        SHA_256.matcher(descriptor.digest()).matches(),
        "has a digest that is none of SHA-256: " + RawPath.printable(descriptor.digest()));
    return ImageLayout.BLOBS.resolve(
        RawPath.of(descriptor.digest().substring(ImageLayout.DIGEST.length())));
  }

  private <T> T json(byte[] bytes, Class<T> type) {
    T value = ManifestFormat.read(bytes, type, "the image layout in " + folder.subject());
    require(value != null, "has an empty part");
    return value;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw damaged(otherwise);
    }
  }

  private DamagedException damaged(String what) {
    return new DamagedException(
        folder.subject() + ": " + what, "nothing was kept; export it again");
  }
}
