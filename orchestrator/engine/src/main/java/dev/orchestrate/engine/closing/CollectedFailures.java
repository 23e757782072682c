package dev.orchestrate.engine.closing;

import java.util.ArrayList;
import java.util.List;

/** The failures of several steps, of which none keeps the others from being done. */
public final class CollectedFailures {
  private final List<Throwable> failures = new ArrayList<>();

  /** Does a step, and goes on if it fails. */
  public void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) { // out of memory included
      failures.add(e);
    }
  }

  public void add(Throwable failure) {
    failures.add(failure);
  }

  public boolean isEmpty() {
    return failures.isEmpty();
  }

  /** Throws the first, with the others as suppressed ones; does nothing if there was none. */
  public void rethrow() {
    if (!failures.isEmpty()) {
      Throwable first = failures.get(0);
      failures.subList(1, failures.size()).forEach(first::addSuppressed);
      if (first instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) first;
    }
  }
}
