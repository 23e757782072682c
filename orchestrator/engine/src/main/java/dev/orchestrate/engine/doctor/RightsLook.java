package dev.orchestrate.engine.doctor;

import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.LinuxCapability;
import java.util.List;
import java.util.Optional;

/** What the user may do. */
final class RightsLook {
  private RightsLook() {}

  static List<Finding> findings() {
    Optional<String> missing = LinuxCapability.missing(LinuxCapability.values());
    if (missing.isEmpty()) {
      return List.of(Finding.ok("rights", "all that commands may need"));
    }
    return List.of(
        SystemCalls.userId() == 0
            ? Finding.warning(
                "rights",
                "root is without " + missing.get(),
                "docs/security.md says what needs which; for all: run it outside of the container")
            : Finding.warning(
                "rights",
                "an ordinary user's: for processes and subvolumes of user "
                    + SystemCalls.userId()
                    + " only",
                "for others', run it as root"));
  }
}
