package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.engine.manifest.ManifestFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Writes a stream; see {@link StreamFormat}. */
final class StreamWriter {
  private final OutputStream out;
  private final MessageDigest digest = Sha256.digest();

  StreamWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * @param parent of which the receiver has the tree, if only what differs from that follows
   */
  void begin(StreamFormat.Header header, Optional<ParentCheckpoint> parent, byte[] manifest)
      throws IOException {
    begin(parent.isPresent() ? StreamFormat.DIFFERENCES_ONLY : StreamFormat.WHOLE, header);
    if (parent.isPresent()) {
      record(StreamFormat.PARENT, ManifestFormat.writeLine(parent.get()));
    }
    manifest(manifest);
  }

  /** All that there is, but for the end, if the receiver sees the tree. */
  void shared(StreamFormat.Header header, SharedManifest place, byte[] manifest)
      throws IOException {
    begin(StreamFormat.SHARED, header);
    record(StreamFormat.PLACE, ManifestFormat.writeLine(place));
    manifest(manifest);
  }

  private void begin(int version, StreamFormat.Header header) throws IOException {
    write(StreamFormat.firstLine(version));
    record(StreamFormat.HEADER, ManifestFormat.writeLine(header));
  }

  private void manifest(byte[] manifest) throws IOException {
    for (int start = 0; start < manifest.length; start += StreamFormat.LONGEST_RECORD) {
      int end = Math.min(manifest.length, start + StreamFormat.LONGEST_RECORD);
      record(StreamFormat.MANIFEST, Arrays.copyOfRange(manifest, start, end));
    }
  }

  /**
   * All of a tree, as it comes.
   *
   * @param progress told of bytes
   */
  void tree(InputStream archive, LongConsumer progress) throws IOException {
    all(StreamFormat.TREE, archive, progress);
  }

  /** All that differs from another tree, likewise. */
  void differences(InputStream steps, LongConsumer progress) throws IOException {
    all(StreamFormat.DIFFERENCES, steps, progress);
  }

  private void all(char type, InputStream archive, LongConsumer progress) throws IOException {
    byte[] part = archive.readNBytes(StreamFormat.LONGEST_RECORD);
    while (part.length > 0) {
      record(type, part);
      progress.accept(part.length);
      part = archive.readNBytes(StreamFormat.LONGEST_RECORD);
    }
  }

  void end() throws IOException {
    beginRecord(StreamFormat.END, digest.getDigestLength());
    write(digest.digest());
    out.flush();
  }

  private void record(char type, byte[] content) throws IOException {
    beginRecord(type, content.length);
    write(content);
  }

  private void beginRecord(char type, int length) throws IOException {
    write(ByteBuffer.allocate(5).put((byte) type).putInt(length).array());
  }

  private void write(byte[] bytes) throws IOException {
    digest.update(bytes);
    out.write(bytes);
  }
}
