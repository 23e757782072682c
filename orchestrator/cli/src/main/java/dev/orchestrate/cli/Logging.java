package dev.orchestrate.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** What of the log is shown, on the standard error output. */
final class Logging {
  private Logging() {}

  static void show(boolean debug) {
    Logger ours = (Logger) LoggerFactory.getLogger("dev.orchestrate");
    ours.setLevel(debug ? Level.DEBUG : Level.INFO);
  }
}
