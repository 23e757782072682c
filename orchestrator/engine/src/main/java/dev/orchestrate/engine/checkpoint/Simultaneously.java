package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.closing.CollectedFailures;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Does the same for several at once, by threads that are there before time matters. For one it is
 * done by the caller.
 */
final class Simultaneously implements AutoCloseable {
  private final int count;
  private final ExecutorService threads;

  /**
   * @param count of what it is for, at most
   */
  Simultaneously(int count) {
    this.count = count;
    this.threads = Executors.newFixedThreadPool(count);
  }

  /** Starts the threads, which will be as urgent as the caller is now. */
  void rehearse() {
    run(IntStream.range(0, count).boxed().toList(), number -> {});
  }

  /**
   * Returns when all are done, whether they succeed or fail.
   *
   * @throws RuntimeException the first failure, with the others as suppressed ones
   */
  <T> void run(List<T> each, Consumer<T> action) {
    if (each.size() == 1) {
      action.accept(each.get(0));
      return;
    }
    List<CompletableFuture<Void>> running =
        each.stream()
            .map(one -> CompletableFuture.runAsync(() -> action.accept(one), threads))
            .toList();
    CollectedFailures failures = new CollectedFailures();
    for (CompletableFuture<Void> one : running) {
      try {
        one.join();
      } catch (CompletionException e) {
        failures.add(e.getCause());
      }
    }
    failures.rethrow();
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
