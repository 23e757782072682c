package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.spi.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/** A wish to stop, by a signal for example, that is heard between two steps. */
public final class Cancellation {
  private final AtomicBoolean requested = new AtomicBoolean();

  public void request() {
    requested.set(true);
  }

  public boolean isRequested() {
    return requested.get();
  }

  /**
   * @throws TimeoutException if somebody wishes to stop
   */
  public void check() {
    if (isRequested()) {
      throw new TimeoutException("interrupted", "nothing was kept; run it again");
    }
  }

  /** What passes on how far something is, each time after a look at whether it is to go on. */
  public LongConsumer before(LongConsumer progress) {
    return amount -> {
      check();
      progress.accept(amount);
    };
  }
}
