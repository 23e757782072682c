package dev.orchestrate.backend.lvm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.SystemFailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The commands of lvm(8). */
final class Lvm {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Lvm() {}

  /** Runs a command that changes something, such as {@code lvremove}. */
  static void run(String doing, List<String> words) {
    Result result = attempt(words);
    if (result.status() != 0) {
      throw failure(doing, result);
    }
  }

  static Result attempt(List<String> words) {
    return Programs.run("lvm", "lvm2", words);
  }

  /**
   * The rows of a report; lvmreport(7).
   *
   * @param kind {@code lv}, {@code vg} or {@code pv}
   * @param selection which ones
   * @return none if there are none; where another volume group is broken, lvm complains and exits
   *     with a failure, but reports what it knows
   */
  static List<JsonNode> report(String kind, List<String> columns, String selection) {
    Result result =
        attempt(
            List.of(
                kind + "s",
                "--reportformat=json",
                "--units=b",
                "--nosuffix",
                "--options=" + String.join(",", columns),
                "--select=" + selection));
    List<JsonNode> rows = rows(kind, result);
    if (rows.isEmpty() && result.status() != 0) {
      throw failure("asking lvm for its volumes", result);
    }
    return rows;
  }

  private static List<JsonNode> rows(String kind, Result result) {
    try {
      List<JsonNode> rows = new ArrayList<>();
      for (JsonNode report : JSON.readTree(result.out()).path("report")) {
        StreamSupport.stream(report.path(kind).spliterator(), false).forEach(rows::add);
      }
      return rows;
    } catch (JsonProcessingException e) {
      throw failure("asking lvm for its volumes", result);
    }
  }

  /** By what it says, as the exit status is always 5; messages are in English. */
  static OrchestrateException failure(String doing, Result result) {
    String reason = reason(result);
    String message = doing + ": lvm: " + reason;
    String text = reason.toLowerCase(Locale.ROOT);
    if (text.contains("insufficient")
        || text.contains("free space")
        || text.contains("available extents")
        || text.contains("no free")) {
      return new NoSpaceException(message, "enlarge the pool, or remove what is not needed");
    }
    if (text.contains("permission denied") || text.contains("not permitted")) {
      return new PermissionException(message, "run as root");
    }
    if (text.contains("already exists") || text.contains("in use")) {
      return new ConflictException(message, "see what it is: lvs -a -o+lv_tags");
    }
    if (text.contains("not found") || text.contains("failed to find")) {
      return new NotFoundException(message, "see what there is: lvs -a");
    }
    if (text.contains("missing") || text.contains("checksum")) {
      return new DamagedException(message, "repair the volume group: vgck, vgcfgrestore");
    }
    return new SystemFailureException(message, "see what lvm knows: lvs -a -o+devices");
  }

  /** What it said last but warnings, on one line. */
  private static String reason(Result result) {
    String said =
        result
            .err()
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("WARNING:"))
            .collect(Collectors.joining("; "));
    return said.isEmpty() ? "exit status " + result.status() : said;
  }
}
