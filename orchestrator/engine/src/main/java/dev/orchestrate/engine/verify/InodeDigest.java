package dev.orchestrate.engine.verify;

import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.SortedMap;
import java.util.function.LongConsumer;

/** SHA-256 of what an inode consists of, in hexadecimal. */
public final class InodeDigest {
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[1 << 17]);

  /** An overlayfs keeps its own notes there, and shows them or not. */
  public static final String OVERLAY = "trusted.overlay.";

  private InodeDigest() {}

  /**
   * All data of an open file, or why it can't be read: once a file is open, that is the storage's
   * fault, which a verification is there to find.
   *
   * @param progress told how many bytes were read
   */
  static String ofData(Fd file, LongConsumer progress) {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = BUFFER.get();
    try {
      int count = file.read(buffer);
      while (count > 0) {
        digest.update(buffer, 0, count);
        progress.accept(count);
        count = file.read(buffer);
      }
      return Sha256.hexadecimal(digest);
    } catch (SystemCallException e) {
      return Checksum.UNREADABLE + e.errno().message();
    }
  }

  /** Names and values of all extended attributes that the caller can see. */
  public static String ofAttributes(Fd inode) {
    SortedMap<RawPath, byte[]> attributes = ExtendedAttributes.all(inode);
    attributes.keySet().removeIf(name -> name.text().startsWith(OVERLAY));
    if (attributes.isEmpty()) {
      return Checksum.NOTHING;
    }
    MessageDigest digest = Sha256.digest();
    attributes.forEach(
        (name, value) -> {
          digest.update(name.bytes());
          digest.update(ByteBuffer.allocate(9).putInt(1, value.length).array());
          digest.update(value);
        });
    return Sha256.hexadecimal(digest);
  }
}
