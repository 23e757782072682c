package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.spi.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A wish to stop, by a signal for example, that is heard between two steps. */
public final class Cancellation {
  private final AtomicBoolean requested = new AtomicBoolean();

  public void request() {
    requested.set(true);
  }

  /**
   * @throws TimeoutException if somebody wishes to stop
   */
  public void check() {
    if (requested.get()) {
      throw new TimeoutException("interrupted", "nothing was kept; run it again");
    }
  }
}
