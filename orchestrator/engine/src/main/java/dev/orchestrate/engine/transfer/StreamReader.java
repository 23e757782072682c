package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SystemFailureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Reads a stream that anybody may have made; see {@link StreamFormat}. It asks for no more memory
 * than a manifest may take, and reads no byte twice.
 */
final class StreamReader implements Incoming {
  private static final String NAME = "the stream";

  private final InputStream in;
  private final MessageDigest digest = Sha256.digest();
  private int version;
  private char type;
  private byte[] content = new byte[0];

  StreamReader(InputStream in) {
    this.in = in;
  }

  /**
   * @throws DamagedException if this is no such stream, or of a version that this program can't
   *     read
   */
  @Override
  public StreamFormat.Header header() {
    byte[] line = read(StreamFormat.firstLine(StreamFormat.WHOLE).length);
    version = version(line);
    digest.update(line);
    next();
    require(type == StreamFormat.HEADER, "has no header");
    StreamFormat.Header header = ManifestFormat.read(content, StreamFormat.Header.class, NAME);
    require(header != null, "has an empty header");
    next();
    return header;
  }

  private static int version(byte[] line) {
    return IntStream.rangeClosed(StreamFormat.WHOLE, StreamFormat.SHARED)
        .filter(known -> Arrays.equals(line, StreamFormat.firstLine(known)))
        .findFirst()
        .orElseThrow(() -> unknown(new String(line, StandardCharsets.US_ASCII)));
  }

  private static DamagedException unknown(String line) {
    return line.matches("(?s)" + StreamFormat.NAME + "\\d.*")
        ? new DamagedException(
            NAME + ": was made by a newer orchestrate",
            "use that one; this one reads versions up to " + StreamFormat.SHARED)
        : new DamagedException(
            NAME + ": is none that orchestrate send has made", "see what the sending side says");
  }

  @Override
  public Optional<SharedManifest> shared() {
    if (version != StreamFormat.SHARED) {
      return Optional.empty();
    }
    require(type == StreamFormat.PLACE, "does not tell where its tree is");
    SharedManifest place = ManifestFormat.read(content, SharedManifest.class, NAME);
    require(place != null, "has a place that is none");
    next();
    return Optional.of(place);
  }

  @Override
  public Optional<ParentCheckpoint> parent() {
    if (version != StreamFormat.DIFFERENCES_ONLY) {
      return Optional.empty();
    }
    require(type == StreamFormat.PARENT, "does not tell its parent");
    ParentCheckpoint parent = ManifestFormat.read(content, ParentCheckpoint.class, NAME);
    require(parent != null && parent.isSound(), "has a parent that is none");
    next();
    return Optional.of(parent);
  }

  @Override
  public Manifest manifest() {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    while (type == StreamFormat.MANIFEST) {
      require(
          json.size() + (long) content.length <= ManifestFormat.LARGEST,
          "has a manifest of more than " + ManifestFormat.LARGEST + " bytes");
      json.writeBytes(content);
      next();
    }
    return ManifestFormat.read(json.toByteArray(), "the manifest of the stream");
  }

  /**
   * Passes all of the tree on.
   *
   * @param progress told of bytes
   * @throws IOException if what takes it can't
   */
  @Override
  public void tree(OutputStream archive, LongConsumer progress) throws IOException {
    all(StreamFormat.TREE, archive, progress);
  }

  @Override
  public void differences(OutputStream steps, LongConsumer progress) throws IOException {
    all(StreamFormat.DIFFERENCES, steps, progress);
  }

  private void all(char wanted, OutputStream archive, LongConsumer progress) throws IOException {
    while (type == wanted) {
      archive.write(content);
      progress.accept(content.length);
      next();
    }
  }

  /**
   * @throws DamagedException unless all was as it was sent, and this is the end
   */
  @Override
  public void end() {
    require(type == StreamFormat.END, "has something that is not known");
    require(MessageDigest.isEqual(content, digest.digest()), "is not as it was sent");
    require(readUpTo(1).length == 0, "goes on behind its end");
  }

  private void next() {
    byte[] head = read(5);
    digest.update(head);
    type = (char) head[0];
    int length = ByteBuffer.wrap(head).getInt(1);
    require(
        length > 0 && length <= StreamFormat.LONGEST_RECORD, "has a record of no possible length");
    content = read(length);
    if (type != StreamFormat.END) {
      digest.update(content);
    }
  }

  private byte[] read(int length) {
    byte[] bytes = readUpTo(length);
    require(bytes.length == length, "ends too early");
    return bytes;
  }

  private byte[] readUpTo(int length) {
    try {
      return in.readNBytes(length);
    } catch (IOException e) {
      throw new SystemFailureException(
          NAME + ": can't be read: " + e.getMessage(), "nothing was kept; send it again", e);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new DamagedException(
          NAME + ": " + otherwise,
          "nothing was kept; see what the sending side says, and send it again");
    }
  }
}
