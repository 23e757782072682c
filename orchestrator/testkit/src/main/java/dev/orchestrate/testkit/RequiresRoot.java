package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that makes loop devices and mounts. Without the right to, it is skipped, so that a build
 * on somebody's laptop passes; where the system property {@value #PROPERTY} is {@code true}, as in
 * CI, it fails instead.
 */
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresRoot.Condition.class)
public @interface RequiresRoot {
  String PROPERTY = "orchestrate.test.require-root";

  /**
   * A system property, in seconds since 1970: what would begin later is skipped, in a run that
   * repeats what another has shown.
   */
  String UNTIL = "orchestrate.test.until";

  /** Looks for CAP_SYS_ADMIN; user 0 alone is not enough, in a container for instance. */
  final class Condition implements ExecutionCondition {
    private static final int CAP_SYS_ADMIN = 21;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Instant.now().isAfter(Instant.ofEpochSecond(Long.getLong(UNTIL, Long.MAX_VALUE >> 32)))) {
        return ConditionEvaluationResult.disabled("the time for these tests is over: " + UNTIL);
      }
      if (mayMount()) {
        return ConditionEvaluationResult.enabled("has CAP_SYS_ADMIN");
      }
      String reason = "makes loop devices and mounts, which needs root (CAP_SYS_ADMIN)";
      if (Boolean.getBoolean(PROPERTY)) {
        throw new IllegalStateException(reason + ", and " + PROPERTY + " forbids to skip it");
      }
      return ConditionEvaluationResult.disabled(reason);
    }

    private static boolean mayMount() {
      try {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("CapEff:"))
            .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
            .anyMatch(capabilities -> (capabilities >> CAP_SYS_ADMIN & 1) == 1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
