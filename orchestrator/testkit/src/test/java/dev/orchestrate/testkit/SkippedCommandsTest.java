package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Commands that scripts/check-docs does not run are run by somebody else, who is named there. */
class SkippedCommandsTest {
  private static final Pattern FENCE = Pattern.compile("(?m)^```console(.*)$");
  private static final Pattern SKIPPED = Pattern.compile("\\bskip\\b(?:=(\\S+))?");
  private static final Pattern TEST = Pattern.compile("([A-Z]\\w+)\\.(\\w+)");

  @Test
  void whoeverRunsThemExists() {
    List<String> named =
        Checkout.pages().stream()
            .map(Program::read)
            .flatMap(page -> FENCE.matcher(page).results())
            .flatMap(fence -> SKIPPED.matcher(fence.group(1)).results())
            .map(SkippedCommandsTest::named)
            .toList();

    assertThat(named).hasSizeGreaterThan(10).allSatisfy(SkippedCommandsTest::exists);
  }

  private static String named(MatchResult skip) {
    return skip.group(1) == null ? "nobody" : skip.group(1);
  }

  private static void exists(String name) {
    if (TEST.matcher(name).matches()) {
      String[] test = name.split("\\.");
      assertThat(Checkout.hasTest(test[0], test[1])).as("the test " + name).isTrue();
    } else if (Character.isUpperCase(name.charAt(0))) {
      assertThat(Checkout.sources()).as("the tests " + name).anyMatch(isSourceOf(name));
    } else {
      assertThat(Stream.of("scripts", ".").map(folder -> Checkout.path(folder, name)))
          .as("the script " + name)
          .anyMatch(Files::isExecutable);
    }
  }

  private static Predicate<Path> isSourceOf(String name) {
    return file -> file.endsWith(name + ".java");
  }
}
