package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whoever reads of a failure reads what to do next, too. */
class AdviceTest {
  private static final Pattern FAILURE =
      Pattern.compile("new \\w+Exception\\(((?!Failures\\.of)[^;])*");
  private static final Pattern WITHOUT_ADVICE = Pattern.compile(",\\s*\"\"\\s*(,\\s*\\w+\\s*)?\\)");

  @Test
  void everyFailureTellsWhatToDoNext() {
    List<Path> sources =
        Checkout.sources().stream()
            .filter(file -> file.toString().matches(".*/(orchestrator|plugins)/.*/src/main/.*"))
            .toList();

    assertThat(sources.stream().mapToInt(file -> failures(file).size()).sum()).isGreaterThan(200);
    assertThat(sources)
        .allSatisfy(
            file ->
                assertThat(failures(file))
                    .as(file.toString())
                    .noneMatch(failure -> WITHOUT_ADVICE.matcher(failure).find()));
  }

  private static List<String> failures(Path source) {
    return FAILURE.matcher(Program.read(source)).results().map(one -> one.group()).toList();
  }
}
