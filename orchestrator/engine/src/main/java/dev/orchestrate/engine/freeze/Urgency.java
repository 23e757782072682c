package dev.orchestrate.engine.freeze;

import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import java.util.function.Supplier;

/** Goes before others on a busy machine. */
public final class Urgency {
  private static final int FIRST = -20;

  private Urgency() {}

  /**
   * Has the calling thread go before others meanwhile, and so threads and programs that it starts
   * then: the guard, and those that copy while processes stand still. Without the right to
   * (CAP_SYS_NICE) it changes nothing.
   */
  public static <T> T during(Supplier<T> work) {
    int before = SystemCalls.nice();
    set(FIRST);
    try {
      return work.get();
    } finally {
      set(before);
    }
  }

  private static void set(int nice) {
    try {
      SystemCalls.setNice(nice);
    } catch (SystemCallException e) {
      // it takes a little longer then
    }
  }
}
