package dev.orchestrate.engine.manifest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Manifests as somebody would send them who means harm, or a disk that fails: sound ones in which
 * values, members or bytes are replaced, moved, doubled or cut off, and JSON of no sense at all.
 */
final class HostileManifests {
  private static final int SOUND = 64;

  /** Names of what {@link HostileManifestsTest} has in its view, and of what is outside. */
  static final List<String> PATHS =
      List.of(
          "..",
          ".",
          "/",
          "",
          "../outside",
          "../../../../../../../../etc/passwd",
          "/etc/passwd",
          "./file",
          "d/../../outside",
          "d/..",
          "d/.",
          "d//file",
          "d/file/",
          "//etc/passwd",
          "link",
          "link/passwd",
          "chain/passwd",
          "up",
          "up/outside",
          "self/self/self/outside",
          "d/up/outside",
          "magic/root/etc/passwd",
          "d/file",
          "file",
          "loop/x");

  private static final List<String> JUNK =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "-0",
          "1e400",
          "-1e-400",
          "0.5",
          "1e9",
          "2147483648",
          "-2147483649",
          "9223372036854775808",
          "99999999999999999999999999999999999999",
          "1e1000000000",
          "NaN",
          "0x10",
          "[]",
          "{}",
          "[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]",
          "[null]",
          "\"a\\u0000b\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc2e\\udc2e/x\"",
          "\"\\udcff/\\udc80\"",
          "\"\\u002e\\u002e/outside\"",
          "\"O_CREAT\"",
          "\"O_NONSENSE\"",
          "\"CLONE\"",
          "\"SYMLINK\"",
          "{\"bytes\":\"Li4=\"}", // ..
          "{\"bytes\":\"Li4vb3V0c2lkZQ==\"}", // ../outside
          "{\"bytes\":\"L2V0Yy9wYXNzd2Q=\"}", // /etc/passwd
          "{\"bytes\":\"YQBi\"}", // a NUL
          "{\"bytes\":\"\"}",
          "{\"bytes\":\"not base64\"}",
          "{\"bytes\":1}",
          "{\"bytes\":\"YQ==\",\"more\":1}",
          "{\"@class\":\"java.lang.Runtime\"}",
          "[\"java.util.ArrayList\",[]]",
          "\"" + "n".repeat(300) + "\"",
          "\"" + "d/".repeat(3000) + "file\"",
          "\"" + "../".repeat(200) + "etc/passwd\"",
          "1" + "0".repeat(1200),
          "\"2026-03-01T09:12:44Z\"",
          "\"+1000000000-12-31T23:59:59Z\"");

  private final Random random;
  private final List<byte[]> sound;
  private final List<int[][]> places;
  private final List<byte[]> junk;
  private final List<byte[]> paths;

  HostileManifests(long seed) {
    random = new Random(seed);
    sound =
        IntStream.range(0, SOUND)
            .mapToObj(i -> ManifestFormat.writeLine(GeneratedManifests.one(random)))
            .toList();
    places = sound.stream().map(HostileManifests::values).toList();
    junk = new ArrayList<>();
    JUNK.forEach(one -> junk.add(one.getBytes(StandardCharsets.UTF_8)));
    paths = PATHS.stream().map(one -> ('"' + one + '"').getBytes(StandardCharsets.UTF_8)).toList();
    junk.addAll(paths);
  }

  byte[] next() {
    int chosen = random.nextInt(SOUND);
    byte[] json = sound.get(chosen);
    return switch (random.nextInt(10)) {
      case 0 -> replaceBytes(json);
      case 1 -> cut(json);
      case 2 -> splice(json, sound.get(random.nextInt(SOUND)));
      case 3 -> nonsense();
      case 4 -> moveValue(json, places.get(chosen));
      case 5 -> replaceValues(json, places.get(chosen));
      default -> renameEverywhere(json, places.get(chosen));
    };
  }

  /** One string wherever it stands, so that what refers to it still does: the cunning ones. */
  private byte[] renameEverywhere(byte[] json, int[][] values) {
    int[][] strings =
        Arrays.stream(values).filter(value -> isString(json, value)).toArray(int[][]::new);
    int[] chosen = strings[random.nextInt(strings.length)];
    byte[] path = paths.get(random.nextInt(paths.size()));
    byte[] changed = json;
    for (int i = strings.length - 1; i >= 0; i--) {
      int[] other = strings[i];
      if (Arrays.equals(json, chosen[0], chosen[1], json, other[0], other[1])) {
        changed = replace(changed, other[0], other[1], path);
      }
    }
    return changed;
  }

  /** And not the name of a member. */
  private static boolean isString(byte[] json, int[] value) {
    return json[value[0]] == '"' && json[value[1]] != ':';
  }

  /** From the last value to the first, so that the places before stay where they are. */
  private byte[] replaceValues(byte[] json, int[][] values) {
    int[] chosen =
        random.ints(1 + random.nextInt(3), 0, values.length).distinct().sorted().toArray();
    byte[] changed = json;
    for (int i = chosen.length - 1; i >= 0; i--) {
      int[] value = values[chosen[i]];
      changed = replace(changed, value[0], value[1], junk.get(random.nextInt(junk.size())));
    }
    return changed;
  }

  private byte[] moveValue(byte[] json, int[][] values) {
    int[] from = values[random.nextInt(values.length)];
    int[] to = values[random.nextInt(values.length)];
    return replace(json, to[0], to[1], Arrays.copyOfRange(json, from[0], from[1]));
  }

  private byte[] replaceBytes(byte[] json) {
    byte[] changed = json.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      changed[random.nextInt(changed.length)] =
          random.nextBoolean()
              ? (byte) random.nextInt()
              : (byte) "{}[]\",:.-0e/\\".charAt(random.nextInt(13));
    }
    return changed;
  }

  private byte[] cut(byte[] json) {
    int from = random.nextInt(json.length);
    int to = from + random.nextInt(json.length - from);
    return random.nextBoolean() ? Arrays.copyOf(json, from) : replace(json, from, to, new byte[0]);
  }

  private byte[] splice(byte[] json, byte[] other) {
    int from = random.nextInt(other.length);
    return replace(
        json,
        random.nextInt(json.length),
        json.length,
        Arrays.copyOfRange(other, from, other.length));
  }

  private byte[] nonsense() {
    StringBuilder out = new StringBuilder();
    nonsense(out, 0);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void nonsense(StringBuilder out, int depth) {
    int kind = random.nextInt(depth > 40 ? 2 : 6);
    if (kind < 2) {
      out.append(JUNK.get(random.nextInt(JUNK.size())));
    } else if (kind < 4) {
      out.append('[');
      nonsense(out, depth + 1);
      out.append(random.nextInt(20) == 0 ? "," : "]");
    } else {
      out.append("{\"").append(random.nextBoolean() ? "version" : "relinks").append("\":");
      nonsense(out, depth + 1);
      out.append('}');
    }
  }

  private static byte[] replace(byte[] bytes, int from, int to, byte[] by) {
    byte[] changed = new byte[bytes.length - (to - from) + by.length];
    System.arraycopy(bytes, 0, changed, 0, from);
    System.arraycopy(by, 0, changed, from, by.length);
    System.arraycopy(bytes, to, changed, from + by.length, bytes.length - to);
    return changed;
  }

  /** Where the strings and plain values of compact JSON are, names of members among them. */
  private static int[][] values(byte[] json) {
    List<int[]> found = new ArrayList<>();
    int at = 0;
    while (at < json.length) {
      int end = at + 1;
      if (json[at] == '"') {
        while (json[end] != '"') {
          end += json[end] == '\\' ? 2 : 1;
        }
        end++;
        found.add(new int[] {at, end});
      } else if ("{}[]:,".indexOf(json[at]) < 0) {
        while ("{}[]:,".indexOf(json[end]) < 0) {
          end++;
        }
        found.add(new int[] {at, end});
      }
      at = end;
    }
    return found.toArray(int[][]::new);
  }
}
