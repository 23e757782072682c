package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads files of /proc, whose contents are made at the moment of reading; proc(5). */
final class ProcFile {
  private ProcFile() {}

  static byte[] bytes(String path) {
    try (Fd fd = Fd.open(RawPath.of(path), Fd.O_RDONLY)) {
      return fd.readAll();
    }
  }

  static String text(String path) {
    return RawPath.decode(bytes(path));
  }

  /** Lines end with a line feed only: a carriage return may be part of a name, unescaped. */
  static List<String> lines(String path) {
    return split(text(path));
  }

  static List<String> lines(Fd file) {
    return split(RawPath.decode(file.readAll()));
  }

  private static List<String> split(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("\n"));
  }

  /** The NUL-terminated strings of cmdline and environ, each in {@link RawPath#text()} form. */
  static List<String> strings(String path) {
    byte[] raw = bytes(path);
    List<String> strings = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == 0) {
        strings.add(RawPath.decode(Arrays.copyOfRange(raw, start, i)));
        start = i + 1;
      }
    }
    if (start < raw.length) {
      strings.add(RawPath.decode(Arrays.copyOfRange(raw, start, raw.length)));
    }
    return strings;
  }

  /** Undoes the octal escapes, such as \040, of mountinfo and maps. */
  static RawPath unescape(String field) {
    byte[] in = RawPath.encode(field);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '\\' && i + 3 < in.length && isOctal(in, i + 1)) {
        out[length++] = (byte) ((in[i + 1] - '0') * 64 + (in[i + 2] - '0') * 8 + (in[i + 3] - '0'));
        i += 3;
      } else {
        out[length++] = in[i];
      }
    }
    return RawPath.of(Arrays.copyOf(out, length));
  }

  private static boolean isOctal(byte[] in, int at) {
    for (int i = at; i < at + 3; i++) {
      if (in[i] < '0' || in[i] > '7') {
        return false;
      }
    }
    return true;
  }
}
