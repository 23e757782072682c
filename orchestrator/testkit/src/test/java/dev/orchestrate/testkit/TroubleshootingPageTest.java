package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever searches the page for a message has it as the program prints it. */
class TroubleshootingPageTest {
  private static final Pattern MESSAGE = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

  /** Literals that are put together by +, and what stands for a value. */
  private static final Pattern JOINTS = Pattern.compile("\"\\s*\\+\\s*\"");

  @Test
  void everyMessageIsOneOfTheProgram() {
    List<String> messages =
        MESSAGE
            .matcher(Checkout.page("troubleshooting.md"))
            .results()
            .map(row -> row.group(1))
            .toList();
    String sources = sources();

    assertThat(messages).hasSizeGreaterThan(25);
    for (String message : messages) {
      for (String part : message.split("…", -1)) {
        assertThat(sources.contains(part.strip())).as(message + ": " + part).isTrue();
      }
    }
  }

  private static String sources() {
    return Checkout.sources().stream()
        .filter(file -> file.toString().matches(".*/(orchestrator|plugins)/.*/src/main/.*"))
        .map(Program::read)
        .map(text -> JOINTS.matcher(text).replaceAll(""))
        .collect(Collectors.joining("\n"));
  }
}
