package dev.orchestrate.cli;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Asks systemd for the control group of a unit. */
final class SystemdUnit {
  private SystemdUnit() {}

  static RawPath cgroup(String unit) {
    try {
      Process process =
          new ProcessBuilder("systemctl", "show", "--property=ControlGroup", "--value", "--", unit)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() == 0 && !answer.isEmpty()) {
        return RawPath.of(answer);
      }
    } catch (IOException e) {
      throw new NotFoundException(
          "unit " + unit + ": systemctl can't be run", "choose by --cgroup or --pid instead", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new NotFoundException(
        "unit " + unit + ": is not running, or systemd does not know it",
        "see: systemctl status " + unit);
  }
}
