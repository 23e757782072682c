package dev.orchestrate.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** A stream as docs/transfer.md describes it, taken apart, and put together with other contents. */
final class StreamRecords {
  private static final int FIRST_LINE = "orchestrate-checkpoint 1\n".length();

  /** What follows a letter and a length. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Part(char type, byte[] content) {}

  private final byte[] firstLine;
  private final List<Part> parts;

  private StreamRecords(byte[] firstLine, List<Part> parts) {
    this.firstLine = firstLine;
    this.parts = parts;
  }

  static StreamRecords of(Path stream) {
    ByteBuffer in = ByteBuffer.wrap(bytes(stream));
    byte[] firstLine = new byte[FIRST_LINE];
    in.get(firstLine);
    List<Part> parts = new ArrayList<>();
    while (in.hasRemaining()) {
      char type = (char) in.get();
      byte[] content = new byte[in.getInt()];
      in.get(content);
      if (type != 'E') {
        parts.add(new Part(type, content));
      }
    }
    return new StreamRecords(firstLine, parts);
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The contents of all records of a type. */
  byte[] contents(char type) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.stream()
        .filter(part -> part.type() == type)
        .forEach(part -> all.writeBytes(part.content()));
    return all.toByteArray();
  }

  /** With one record in the place of all of this type. */
  StreamRecords with(char type, byte[] content) {
    List<Part> changed = new ArrayList<>();
    boolean done = false;
    for (Part part : parts) {
      if (part.type() != type) {
        changed.add(part);
      } else if (!done) {
        changed.add(new Part(type, content));
        done = true;
      }
    }
    return new StreamRecords(firstLine, changed);
  }

  /** With a checksum that is right. */
  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(firstLine);
    for (Part part : parts) {
      put(out, part.type(), part.content().length);
      out.writeBytes(part.content());
    }
    put(out, 'E', 32);
    out.writeBytes(sha256(out.toByteArray()));
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, char type, int length) {
    out.writeBytes(ByteBuffer.allocate(5).put((byte) type).putInt(length).array());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
