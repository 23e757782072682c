package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Which capabilities a command is said to need: by the systemd unit that is shipped, and by the
 * table on the page about security. Tests take them from there, so that neither can be wrong.
 */
public final class ShippedUnit {
  private static final Pattern SET = Pattern.compile("(?m)^CapabilityBoundingSet=(.*)$");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(CAP_\\w+)` \\| ([a-z, ]+) \\|.*$");

  private ShippedUnit() {}

  /** What it allows a checkpoint, such as CAP_CHOWN. */
  public static List<String> capabilities() {
    return SET.matcher(read("dist/src/main/systemd/orchestrate@.service"))
        .results()
        .flatMap(line -> Arrays.stream(line.group(1).split(" ")))
        .sorted()
        .toList();
  }

  /**
   * @param command as the table has it, such as "restart"
   */
  static List<String> documentedFor(String command) {
    return List.copyOf(
        new TreeSet<>(
            ROW.matcher(read("docs/security.md"))
                .results()
                .filter(row -> List.of(row.group(2).split(", ")).contains(command))
                .map((MatchResult row) -> row.group(1))
                .toList()));
  }

  private static String read(String file) {
    return Program.read(GuestTests.root().resolve(Path.of(file)));
  }
}
