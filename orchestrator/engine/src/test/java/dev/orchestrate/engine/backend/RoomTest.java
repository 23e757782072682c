package dev.orchestrate.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.TimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class RoomTest {
  private final NoSpaceException full = new NoSpaceException("the pool is full", "");
  private final DamagedException broken = new DamagedException("input/output error", "");
  private final Runnable isFull = failing(full);

  private static Runnable failing(RuntimeException failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void aFullPoolIsTheReasonOfAnyFailure() {
    assertThatThrownBy(() -> new Room(isFull).requiredFor(failing(broken)))
        .isSameAs(full)
        .hasSuppressedException(broken);
  }

  @Test
  void withRoomAFailureIsWhatItIs() {
    assertThatThrownBy(() -> new Room(() -> {}).requiredFor(failing(broken))).isSameAs(broken);
  }

  @Test
  void ifNobodyCanTellAFailureIsWhatItIs() {
    NotFoundException unknown = new NotFoundException("there is no such group", "");
    assertThatThrownBy(() -> new Room(failing(unknown)).requiredFor(failing(broken)))
        .isSameAs(broken)
        .hasSuppressedException(unknown);
  }

  @Test
  void whoWishesToStopIsNotToldOfThePool() {
    TimeoutException stop = new TimeoutException("interrupted", "");
    assertThatThrownBy(() -> new Room(isFull).requiredFor(failing(stop))).isSameAs(stop);
  }

  @Test
  void itIsAskedAtTheEnd() {
    List<String> done = new ArrayList<>();
    new Room(() -> done.add("asked")).requiredFor(() -> done.add("filled"));
    assertThat(done).containsExactly("filled", "asked");
  }

  /** Whoever fills the tree may be confined to it, which what answers must not be. */
  @Test
  void itIsAskedMeanwhileByAnotherThreadUntilThereIsNone() {
    Set<Thread> asking = ConcurrentHashMap.newKeySet();
    LongAdder told = new LongAdder();
    Room room =
        new Room(
            () -> {
              asking.add(Thread.currentThread());
              throw new NoSpaceException("the pool is full", "");
            });
    LongConsumer progress = room.before(told::add);

    assertThatThrownBy(() -> room.requiredFor(() -> fillUntilItFails(progress)))
        .isInstanceOf(NoSpaceException.class);

    assertThat(told.sum()).isPositive();
    assertThat(asking).hasSize(2).contains(Thread.currentThread());
  }

  private static void fillUntilItFails(LongConsumer progress) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (System.nanoTime() < end) {
      progress.accept(1);
    }
  }
}
