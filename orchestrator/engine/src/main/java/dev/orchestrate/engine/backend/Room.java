package dev.orchestrate.engine.backend;

import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.TimeoutException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether there is room for what is written into a tree, as the backend sees it: what it takes in
 * the end is known when it is there.
 *
 * <p>The backend is asked by a thread beside the one that writes, as that may be confined to the
 * tree, and a backend may need programs that write elsewhere, were it a lock.
 */
public final class Room {
  private static final Logger LOG = LoggerFactory.getLogger(Room.class);

  /** Between two questions; an answer may need another program, and all to be on the disk. */
  private static final long PAUSE_MILLIS = 1000;

  private final Runnable question;
  private final AtomicReference<NoSpaceException> lack = new AtomicReference<>();

  /**
   * @param question fails with {@link NoSpaceException} if there is too little
   */
  public Room(Runnable question) {
    this.question = question;
  }

  /**
   * The same as {@link #lookedAtDuring}, and once more afterwards.
   *
   * @throws NoSpaceException if there is too little room for it, or for anything else then
   */
  public void requiredFor(Runnable writing) {
    lookedAtDuring(writing);
    question.run();
  }

  /**
   * Does what writes into the tree, while the question is asked from time to time. Where that
   * failed and there is no room, this is the reason, whatever the kernel gave.
   *
   * @throws NoSpaceException if there is too little room for it
   */
  public void lookedAtDuring(Runnable writing) {
    try {
      whileAsking(writing);
    } catch (TimeoutException e) { // somebody wishes to stop
      throw e;
    } catch (RuntimeException e) {
      askWhy(e);
      throw e;
    }
  }

  /** No answer is waited for by anybody when this is over: it may need the tree. */
  private void whileAsking(Runnable writing) {
    ScheduledThreadPoolExecutor asking = new ScheduledThreadPoolExecutor(1);
    Future<?> questions =
        asking.scheduleWithFixedDelay(this::ask, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    try {
      writing.run();
    } finally {
      questions.cancel(false);
      asking.shutdown();
      awaitEnd(asking);
    }
  }

  private static void awaitEnd(ScheduledThreadPoolExecutor asking) {
    try {
      while (!asking.awaitTermination(1, TimeUnit.HOURS)) {
        // the kernel makes it wait, for a disk perhaps, and would make all that follows wait
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    try {
      question.run();
    } catch (NoSpaceException e) {
      lack.set(e);
    } catch (RuntimeException e) {
      LOG.info("whether there is room can't be told now: {}", e.getMessage()); // asked again
    }
  }

  private void askWhy(RuntimeException failure) {
    try {
      question.run();
    } catch (NoSpaceException e) {
      e.addSuppressed(failure);
      throw e;
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** What passes on how far something is, unless there was no room when that was asked last. */
  public LongConsumer before(LongConsumer progress) {
    return amount -> {
      check();
      progress.accept(amount);
    };
  }

  /**
   * @throws NoSpaceException if there was no room when that was asked last
   */
  public void check() {
    NoSpaceException found = lack.get();
    if (found != null) {
      throw found;
    }
  }
}
