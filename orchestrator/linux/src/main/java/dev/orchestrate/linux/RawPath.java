package dev.orchestrate.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A path or file name as Linux has it: bytes, in which only {@code /} and NUL have a meaning.
 *
 * <p>{@link #text()} is a lossless string form: valid UTF-8 reads as itself, and each byte that is
 * not part of valid UTF-8 becomes one unpaired surrogate U+DC80–U+DCFF (the convention of PEP 383).
 * {@link #toString()} is for people: control characters and stray bytes are shown as {@code \xHH}.
 */
public final class RawPath implements Comparable<RawPath> {
  public static final RawPath ROOT = of("/");
  public static final RawPath EMPTY = of("");

  private static final int STRAY_BYTE = 0xDC00;
  private final byte[] bytes;

  private RawPath(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException if there is a NUL byte, which no path can hold
   */
  public static RawPath of(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        throw new IllegalArgumentException("a path can't contain a NUL byte");
      }
    }
    return new RawPath(bytes.clone());
  }

  /** The inverse of {@link #text()}. */
  public static RawPath of(String text) {
    return of(encode(text));
  }

  /** The bytes that {@code text} stands for; see the class comment. */
  public static byte[] encode(String text) {
    if (isAscii(text)) {
      return text.getBytes(StandardCharsets.US_ASCII); // as most are, thousands at a time
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
    int i = 0;
    while (i < text.length()) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (point >= STRAY_BYTE + 0x80 && point <= STRAY_BYTE + 0xFF) {
        out.write(point - STRAY_BYTE);
      } else {
        out.writeBytes(new String(Character.toChars(point)).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte one : bytes) {
      if (one < 0) {
        return false;
      }
    }
    return true;
  }

  /** The lossless string form of any bytes; see the class comment. */
  public static String decode(byte[] bytes) {
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.US_ASCII);
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (STRAY_BYTE + (in.get() & 0xFF)));
      }
      decoder.reset();
    }
  }

  /** Whether these are the bytes of a part of {@code others}. */
  public boolean hasBytes(byte[] others, int start, int end) {
    return Arrays.equals(bytes, 0, bytes.length, others, start, end);
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes with a NUL behind them, as a system call wants them. */
  byte[] terminated() {
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  public int length() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  public boolean isAbsolute() {
    return bytes.length > 0 && bytes[0] == '/';
  }

  /** Whether these bytes are valid UTF-8, so that {@link #text()} has no stray bytes. */
  public boolean isUtf8() {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  public String text() {
    return decode(bytes);
  }

  /** {@code other} below this path; {@code other} itself where it is absolute or this is empty. */
  public RawPath resolve(RawPath other) {
    if (isEmpty() || other.isAbsolute()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    boolean slash = bytes[bytes.length - 1] != '/';
    byte[] joined = Arrays.copyOf(bytes, bytes.length + (slash ? 1 : 0) + other.bytes.length);
    if (slash) {
      joined[bytes.length] = '/';
    }
    System.arraycopy(
        other.bytes, 0, joined, joined.length - other.bytes.length, other.bytes.length);
    return new RawPath(joined);
  }

  public RawPath resolve(String other) {
    return resolve(of(other));
  }

  /** This path with {@code suffix} put behind it as it is, without a slash. */
  public RawPath append(String suffix) {
    byte[] tail = encode(suffix);
    byte[] joined = Arrays.copyOf(bytes, bytes.length + tail.length);
    System.arraycopy(tail, 0, joined, bytes.length, tail.length);
    return new RawPath(joined);
  }

  /** This path as seen from the root: a relative one is below the working directory. */
  public RawPath toAbsolute() {
    return isAbsolute() ? this : Symlink.read(of("/proc/self/cwd")).resolve(this);
  }

  /** The components between slashes, empty ones left out. */
  public List<RawPath> components() {
    List<RawPath> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        if (i > start) {
          parts.add(new RawPath(Arrays.copyOfRange(bytes, start, i)));
        }
        start = i + 1;
      }
    }
    return parts;
  }

  /** The last component; empty for the root and the empty path. */
  public RawPath name() {
    List<RawPath> parts = components();
    return parts.isEmpty() ? EMPTY : parts.get(parts.size() - 1);
  }

  /** All but the last component; the root's parent is the root, a single name's is empty. */
  public RawPath parent() {
    List<RawPath> parts = components();
    RawPath parent = isAbsolute() ? ROOT : EMPTY;
    for (RawPath part : parts.subList(0, Math.max(0, parts.size() - 1))) {
      parent = parent.resolve(part);
    }
    return parent;
  }

  /** Whether this is {@code prefix} or lies below it, component by component. */
  public boolean isBelow(RawPath prefix) {
    return isAbsolute() == prefix.isAbsolute() && startsWith(components(), prefix.components());
  }

  private static boolean startsWith(List<RawPath> parts, List<RawPath> prefix) {
    return parts.size() >= prefix.size() && parts.subList(0, prefix.size()).equals(prefix);
  }

  /**
   * What remains of this path below {@code prefix}: a relative path, empty if they are equal.
   *
   * @throws IllegalArgumentException if this does not lie below {@code prefix}
   */
  public RawPath relativeTo(RawPath prefix) {
    List<RawPath> parts = components();
    List<RawPath> above = prefix.components();
    if (isAbsolute() != prefix.isAbsolute() || !startsWith(parts, above)) {
      throw new IllegalArgumentException(this + " is not below " + prefix);
    }
    RawPath rest = EMPTY;
    for (RawPath part : parts.subList(above.size(), parts.size())) {
      rest = rest.resolve(part);
    }
    return rest;
  }

  /** Whether each component is a plain name: no {@code .}, no {@code ..}, and not absolute. */
  public boolean isPlainRelative() {
    return !isAbsolute()
        && components().stream()
            .noneMatch(part -> part.text().equals(".") || part.text().equals(".."));
  }

  public boolean endsWith(String suffix) {
    byte[] tail = encode(suffix);
    return bytes.length >= tail.length
        && Arrays.equals(bytes, bytes.length - tail.length, bytes.length, tail, 0, tail.length);
  }

  /** This path without its last {@code count} bytes. */
  public RawPath dropLast(int count) {
    return new RawPath(Arrays.copyOf(bytes, bytes.length - count));
  }

  @Override
  public int compareTo(RawPath other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawPath path && Arrays.equals(bytes, path.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** For people, on one line: control characters and bytes outside UTF-8 as {@code \xHH}. */
  @Override
  public String toString() {
    return printable(text());
  }

  /** {@code text} with control characters and stray bytes as {@code \xHH}, safe for a terminal. */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              if (point >= STRAY_BYTE + 0x80 && point <= STRAY_BYTE + 0xFF) {
                out.append(String.format("\\x%02x", point - STRAY_BYTE));
              } else if (Character.getType(point) == Character.FORMAT) {
                out.append(String.format("\\u%04x", point));
              } else if (Character.isISOControl(point)) {
                out.append(point == '\n' ? "\\n" : String.format("\\x%02x", point));
              } else {
                out.appendCodePoint(point);
              }
            });
    return out.toString();
  }
}
