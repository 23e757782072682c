package dev.orchestrate.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A member of an archive that no tar program would write.
 *
 * @param type 0 for a file, 1 a hard link, 2 a symbolic link, 3 a character device, 5 a folder
 * @param target of a link; of a file, what it contains
 */
record TarMember(char type, String name, String target) {
  private static final int BLOCK = 512;

  /** A header in the form of POSIX.1-1988 (ustar), and the contents. */
  byte[] bytes() {
    byte[] content = type == '0' ? target.getBytes(StandardCharsets.UTF_8) : new byte[0];
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, type == '5' ? "0000755" : "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    put(header, 156, "" + type);
    put(header, 157, type == '0' ? "" : target);
    put(header, 257, "ustar");
    put(header, 263, "00");
    put(header, 329, "0000001"); // of /dev/null
    put(header, 337, "0000003");
    int sum = 0;
    for (byte one : header) {
      sum += one & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    int padded = (content.length + BLOCK - 1) / BLOCK * BLOCK;
    return ByteBuffer.allocate(BLOCK + padded)
        .put(header)
        .put(Arrays.copyOf(content, padded))
        .array();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
