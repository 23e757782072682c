package dev.orchestrate.cli;

import dev.orchestrate.linux.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments as they were typed, byte for byte. The Java machine decodes them by the locale,
 * which loses bytes; the kernel still has them.
 */
final class RawArguments {
  private RawArguments() {}

  /** Each in the form of {@link RawPath#text()}. */
  static List<String> of(String[] decoded) {
    try {
      byte[] raw = Files.readAllBytes(Path.of("/proc/self/cmdline"));
      List<String> all = new ArrayList<>();
      int start = 0;
      for (int i = 0; i < raw.length; i++) {
        if (raw[i] == 0) {
          all.add(RawPath.decode(Arrays.copyOfRange(raw, start, i)));
          start = i + 1;
        }
      }
      return all.subList(all.size() - decoded.length, all.size());
    } catch (IOException e) {
      return List.of(decoded); // no /proc: every command that needs it will say so
    }
  }
}
