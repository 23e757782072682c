package dev.orchestrate.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link Subject}'s answer to one command.
 *
 * @param words {@code ok} and the values, or {@code error} and the reason; still escaped
 */
public record Reply(List<String> words) {

  static Reply parse(String line) {
    return new Reply(Arrays.asList(line.split(" ", -1)));
  }

  public boolean isOk() {
    return words.get(0).equals("ok");
  }

  /** The name of the errno, such as {@code ENOSPC}; empty if all went well. */
  public String error() {
    return isOk() ? "" : words.get(1);
  }

  public int size() {
    return words.size() - 1;
  }

  /** The first value, or nothing. */
  public String text() {
    return size() == 0 ? "" : text(0);
  }

  public String text(int index) {
    return new String(bytes(index), StandardCharsets.UTF_8);
  }

  public long number() {
    return number(0);
  }

  public long number(int index) {
    return Long.parseLong(text(index));
  }

  public byte[] bytes(int index) {
    String word = words.get(index + 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) == '%') {
        bytes.write(Integer.parseInt(word.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(word.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  /** A word of a command, in which any bytes can be said. */
  static String escape(Object word) {
    byte[] bytes =
        word instanceof byte[] raw ? raw : word.toString().getBytes(StandardCharsets.UTF_8);
    StringBuilder escaped = new StringBuilder();
    for (byte b : bytes) {
      if (b <= ' ' || b == '%' || b == 127) {
        escaped.append(String.format("%%%02x", b & 0xFF));
      } else {
        escaped.append((char) b);
      }
    }
    return escaped.toString();
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
