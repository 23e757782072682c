package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.RawPath;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;

/**
 * The file that a complete copy has beside it, and no other: what the next checkpoint of the same
 * tree has to know of it.
 */
record Marker(RawPath target, String filesystem, Moment begun) {
  static final String NAME = "complete";

  static Marker of(StoredCopy stored) {
    return new Marker(stored.target(), stored.filesystem(), stored.begun());
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder();
    put(text, "target", target.text());
    put(text, "filesystem", filesystem);
    put(text, "begun", begun.text());
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** A line of a properties file. */
  private static void put(StringBuilder text, String key, String value) {
    text.append(key).append('=');
    value
        .chars()
        .forEach(
            c -> {
              boolean plain = c > ' ' && c < 0x7f && c != '\\';
              text.append(plain ? "" + (char) c : "\\u%04x".formatted(c));
            });
    text.append('\n');
  }

  /** Nothing if it is not what {@link #bytes} gives. */
  static Optional<Marker> parse(byte[] bytes) {
    Properties found = new Properties();
    try {
      found.load(new StringReader(new String(bytes, StandardCharsets.US_ASCII)));
      return Optional.of(
          new Marker(
              RawPath.of(found.getProperty("target", "")),
              found.getProperty("filesystem", ""),
              Moment.of(found.getProperty("begun", ""))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string can always be read
    }
  }
}
