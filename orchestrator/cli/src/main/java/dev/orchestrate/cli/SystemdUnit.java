package dev.orchestrate.cli;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.NotFoundException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** Asks systemd for the control group of a unit. */
final class SystemdUnit {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private SystemdUnit() {}

  static RawPath cgroup(String unit) {
    String group = ask(unit);
    if (group.isEmpty()) {
      throw new NotFoundException(
          "unit " + unit + ": is not running, or systemd does not know it",
          "see: systemctl status " + unit);
    }
    return RawPath.of(group);
  }

  private static String ask(String unit) {
    try {
      ExternalProgram.Result result =
          ExternalProgram.run(
              LIMIT,
              List.of("systemctl", "show", "--property=ControlGroup", "--value", "--", unit));
      return result.status() == 0 ? result.out().strip() : "";
    } catch (UncheckedIOException | ExternalProgram.OverdueException e) {
      throw new NotFoundException(
          "unit " + unit + ": " + e.getMessage(), "choose by --cgroup or --pid instead", e);
    }
  }
}
