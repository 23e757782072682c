package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A promise on the page about security is worth something only if a test tries it. */
class SecurityPageTest {
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Situations|Test|IT))\\.(\\w+)`");

  @Test
  void everyTestThatIsNamedExists() {
    List<MatchResult> named = NAMED.matcher(Checkout.page("security.md")).results().toList();

    assertThat(named).hasSizeGreaterThan(20);
    for (MatchResult test : named) {
      assertThat(Checkout.hasTest(test.group(1), test.group(2))).as(test.group()).isTrue();
    }
  }
}
