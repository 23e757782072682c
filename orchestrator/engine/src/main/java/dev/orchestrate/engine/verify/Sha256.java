package dev.orchestrate.engine.verify;

import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.function.LongConsumer;

/** SHA-256 of what files consist of, in hexadecimal. */
final class Sha256 {
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[1 << 17]);

  /** An overlayfs keeps its own notes there, and shows them or not. */
  private static final String OVERLAY = "trusted.overlay.";

  private Sha256() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String hexadecimal(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * All data of an open file, or why it can't be read: once a file is open, that is the storage's
   * fault, which a verification is there to find.
   *
   * @param progress told how many bytes were read
   */
  static String ofData(Fd file, LongConsumer progress) {
    MessageDigest digest = digest();
    byte[] buffer = BUFFER.get();
    try {
      int count = file.read(buffer);
      while (count > 0) {
        digest.update(buffer, 0, count);
        progress.accept(count);
        count = file.read(buffer);
      }
      return hexadecimal(digest);
    } catch (SystemCallException e) {
      return Checksum.UNREADABLE + e.errno().message();
    }
  }

  /** Names and values of all extended attributes that the caller can see. */
  static String ofAttributes(Fd inode) {
    SortedMap<RawPath, byte[]> attributes = ExtendedAttributes.all(inode);
    attributes.keySet().removeIf(name -> name.text().startsWith(OVERLAY));
    if (attributes.isEmpty()) {
      return Checksum.NOTHING;
    }
    MessageDigest digest = digest();
    attributes.forEach(
        (name, value) -> {
          digest.update(name.bytes());
          digest.update(ByteBuffer.allocate(9).putInt(1, value.length).array());
          digest.update(value);
        });
    return hexadecimal(digest);
  }
}
