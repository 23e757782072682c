package dev.orchestrate.engine.verify;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What is remembered of one file, folder or other name in a snapshot, to tell later whether it is
 * still the same. Times are left out: what they say can't be relied on, and reading changes some.
 *
 * @param path relative to the target's top; empty for the top itself
 * @param size in bytes; 0 for folders, whose size is the filesystem's own business
 * @param attributes SHA-256 over all extended attributes, POSIX ACLs among them; "-" if none
 * @param content SHA-256 of a file's data, of where a symbolic link leads, or of a device's number;
 *     "-" for what has no content; {@link #UNREADABLE} and the reason if it could not be read
 */
record Checksum(
    RawPath path,
    Stat.Kind kind,
    int permissions,
    int user,
    int group,
    long size,
    String attributes,
    String content) {

  static final String NOTHING = "-";
  static final String UNREADABLE = "unreadable: ";

  private static final int FIELDS = 8;

  /** As {@link #parse} reads it: blanks between the fields, the path last, all ASCII. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s %04o %d %d %d %s %s %s",
        kind.name().toLowerCase(Locale.ROOT),
        permissions,
        user,
        group,
        size,
        attributes,
        content,
        escape(path));
  }

  /**
   * @throws IllegalArgumentException if that is no such line
   */
  static Checksum parse(String line) {
    String[] fields = line.split(" ", FIELDS);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not " + FIELDS + " fields");
    }
    return new Checksum(
        unescape(fields[7]),
        Stat.Kind.valueOf(fields[0].toUpperCase(Locale.ROOT)),
        Integer.parseInt(fields[1], 8),
        Integer.parseInt(fields[2]),
        Integer.parseInt(fields[3]),
        Long.parseLong(fields[4]),
        fields[5],
        fields[6]);
  }

  boolean isReadable() {
    return !content.startsWith(UNREADABLE);
  }

  /** In what the same name differs now, in words; empty if in nothing. */
  List<String> differences(Checksum now) {
    if (kind != now.kind) {
      return List.of("is a " + words(now.kind) + ", not a " + words(kind));
    }
    List<String> found = new ArrayList<>();
    if (!now.isReadable()) {
      found.add("content can't be read: " + now.content.substring(UNREADABLE.length()));
    } else if (!content.equals(now.content)) {
      found.add("content");
    }
    if (size != now.size) {
      found.add("size " + now.size + ", not " + size);
    }
    if (permissions != now.permissions) {
      found.add(String.format(Locale.ROOT, "mode %04o, not %04o", now.permissions, permissions));
    }
    if (user != now.user || group != now.group) {
      found.add("owner " + now.user + ":" + now.group + ", not " + user + ":" + group);
    }
    if (!attributes.equals(now.attributes)) {
      found.add("extended attributes");
    }
    return found;
  }

  private static String words(Stat.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Where a name stands: a folder is followed by all that is in it. */
  static int compare(RawPath one, RawPath other) {
    return Arrays.compareUnsigned(slashesFirst(one), slashesFirst(other));
  }

  private static byte[] slashesFirst(RawPath path) {
    byte[] bytes = path.bytes();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '/') {
        bytes[i] = 0; // no name has such a byte
      }
    }
    return bytes;
  }

  private static String escape(RawPath path) {
    StringBuilder out = new StringBuilder();
    for (byte one : path.bytes()) {
      if (one > ' ' && one != '\\' && one != 0x7f) {
        out.append((char) one);
      } else {
        out.append(String.format(Locale.ROOT, "\\x%02x", one & 0xff));
      }
    }
    return out.toString();
  }

  private static RawPath unescape(String text) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\x", i) && i + 4 <= text.length()) {
        bytes[length++] = (byte) Integer.parseInt(text.substring(i + 2, i + 4), 16);
        i += 3;
      } else {
        bytes[length++] = (byte) text.charAt(i);
      }
    }
    return RawPath.of(Arrays.copyOf(bytes, length));
  }
}
