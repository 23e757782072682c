package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.TimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Waiting for what the kernel does a moment later. */
final class Patience {
  private static final int ATTEMPTS = 20;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private Patience() {}

  /**
   * @throws TimeoutException if there is no such device after a while
   */
  static void await(RawPath device) {
    for (int i = 0; !Files.exists(Path.of(device.text())); i++) {
      if (i == ATTEMPTS) {
        throw new TimeoutException(
            "there is no device " + device + " after " + ATTEMPTS * PAUSE.toSeconds() + " s",
            "look whether udev runs: udevadm settle; vgscan --mknodes");
      }
      pause(PAUSE);
    }
  }

  static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
