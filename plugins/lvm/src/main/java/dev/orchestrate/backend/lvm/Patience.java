package dev.orchestrate.backend.lvm;

import java.time.Duration;

/** Waiting for what the kernel does a moment later. */
final class Patience {
  private Patience() {}

  static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
