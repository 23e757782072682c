package dev.orchestrate.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimultaneouslyTest {
  private static final int PATIENCE = 60; // seconds

  private final Simultaneously both = new Simultaneously(2);
  private final ConcurrentLinkedQueue<Object> done = new ConcurrentLinkedQueue<>();

  @AfterEach
  void endThreads() {
    both.close();
  }

  /** One after the other, the first would wait for the second in vain. */
  @Test
  void allAreAtWorkAtTheSameTime() {
    CyclicBarrier meeting = new CyclicBarrier(2);
    both.rehearse();

    both.run(
        List.of("one", "other"),
        each -> {
          meet(meeting);
          done.add(each);
          meet(meeting);
        });

    assertThat(done).containsExactlyInAnyOrder("one", "other");
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(PATIENCE, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("the other is not at work", e);
    }
  }

  @Test
  void oneIsDoneByTheCaller() {
    both.run(List.of("one"), each -> done.add(Thread.currentThread()));

    assertThat(done).containsExactly(Thread.currentThread());
  }

  @Test
  void whateverFailsAllAreDoneAtTheEnd() {
    CyclicBarrier meeting = new CyclicBarrier(2);

    assertThatThrownBy(
            () ->
                both.run(
                    List.of("bad", "good"),
                    each -> {
                      meet(meeting);
                      if (each.equals("bad")) {
                        throw new IllegalStateException(each);
                      }
                      done.add(each);
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("bad");

    assertThat(done).containsExactly("good");
  }

  @Test
  void theSecondFailureIsBesideTheFirst() {
    assertThatThrownBy(
            () ->
                both.run(
                    List.of("first", "second"),
                    each -> {
                      throw new IllegalStateException(each);
                    }))
        .hasMessage("first")
        .satisfies(
            first ->
                assertThat(first.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("second"));
  }
}
