package dev.orchestrate.cli;

import dev.orchestrate.engine.checkpoint.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a signal that ends the program (SIGINT, SIGTERM, SIGHUP) wait until the command has noticed
 * it and has tidied up.
 */
final class Shutdown {
  private static final int MOST_SECONDS = 60;
  private static final CountDownLatch FINISHED = new CountDownLatch(1);

  private Shutdown() {}

  static Cancellation cancellation() {
    Cancellation cancellation = new Cancellation();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  cancellation.request();
                  try {
                    boolean tidied = FINISHED.await(MOST_SECONDS, TimeUnit.SECONDS);
                    if (!tidied) {
                      Runtime.getRuntime().halt(ExitStatus.TIMEOUT.status());
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
    return cancellation;
  }

  /** The command has ended, well or not. */
  static void finish() {
    FINISHED.countDown();
  }
}
