package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever searches the page for a message has it as the program prints it. */
class TroubleshootingPageTest {
  private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
  private static final Pattern MESSAGE = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

  /** Literals that are put together by +, and what stands for a value. */
  private static final Pattern JOINTS = Pattern.compile("\"\\s*\\+\\s*\"");

  @Test
  void everyMessageIsOneOfTheProgram() throws IOException {
    List<String> messages =
        MESSAGE
            .matcher(Program.read(CHECKOUT.resolve("docs/troubleshooting.md")))
            .results()
            .map(MatchResult::group)
            .map(row -> row.substring(row.indexOf('`') + 1, row.lastIndexOf('`')))
            .toList();
    String sources = sources();

    assertThat(messages).hasSizeGreaterThan(25);
    for (String message : messages) {
      for (String part : message.split("…", -1)) {
        assertThat(sources.contains(part.strip())).as(message + ": " + part).isTrue();
      }
    }
  }

  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(CHECKOUT, 14)) {
      return files
          .filter(
              file -> file.toString().matches(".*/(orchestrator|plugins)/.*/src/main/.*[.]java"))
          .map(Program::read)
          .map(text -> JOINTS.matcher(text).replaceAll(""))
          .collect(Collectors.joining("\n"));
    }
  }
}
