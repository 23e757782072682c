package dev.orchestrate.engine.closing;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is closed together, the last come first; one that fails keeps no other from being closed.
 */
public final class ClosingStack implements AutoCloseable {
  private final Deque<Runnable> endings = new ArrayDeque<>();

  /** Has this done when the stack is closed. */
  public void push(Runnable ending) {
    endings.push(ending);
  }

  /**
   * Closes all.
   *
   * @throws RuntimeException the first failure, with those that followed as suppressed ones
   */
  @Override
  public void close() {
    CollectedFailures failures = new CollectedFailures();
    while (!endings.isEmpty()) {
      failures.attempt(endings.pop());
    }
    failures.rethrow();
  }
}
