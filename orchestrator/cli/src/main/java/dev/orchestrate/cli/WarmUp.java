package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.SystemCalls;

/**
 * Loads what nearly every command needs while its words are being read: a second processor has
 * nothing else to do, and these are half of the time that a short command takes. Not the log: SLF4J
 * prints a warning when it is used while another thread sets it up.
 */
final class WarmUp {
  private WarmUp() {}

  static void begin() {
    Thread thread = new Thread(WarmUp::load, "warm-up");
    thread.setDaemon(true);
    // What can't be loaded is reported by the thread that needs it.
    thread.setUncaughtExceptionHandler((ended, failure) -> {});
    thread.start();
  }

  private static void load() {
    SystemCalls.load();
    ManifestFormat.load();
  }
}
