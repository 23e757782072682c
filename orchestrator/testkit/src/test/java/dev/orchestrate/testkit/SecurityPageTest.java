package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A promise on the page about security is worth something only if a test tries it. */
class SecurityPageTest {
  private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Situations|Test|IT))\\.(\\w+)`");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    List<MatchResult> named =
        NAMED.matcher(Program.read(CHECKOUT.resolve("docs/security.md"))).results().toList();

    assertThat(named).hasSizeGreaterThan(20);
    for (MatchResult test : named) {
      assertThat(sourceOf(test.group(1)))
          .as(test.group())
          .containsPattern("Test\\b[^;{}]*(\\([^)]*\\)[^;{}]*)*\\bvoid " + test.group(2) + "\\(");
    }
  }

  private static String sourceOf(String name) throws IOException {
    try (Stream<Path> files = Files.walk(CHECKOUT, 14)) {
      return files
          .filter(file -> file.endsWith(name + ".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .map(Program::read)
          .findFirst()
          .orElseThrow(() -> new AssertionError("there is no " + name));
    }
  }
}
