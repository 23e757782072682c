package dev.orchestrate.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;

/** The steps of a checkpoint, one after the other, with the time that each took. */
public final class Trace {
  private final long origin = System.nanoTime();
  private final List<Step> steps = new ArrayList<>();

  /**
   * One step.
   *
   * @param startMicros since the checkpoint began, in microseconds
   * @param micros how long it took
   * @param frozen whether processes stood still meanwhile
   */
  public record Step(String name, long startMicros, long micros, boolean frozen) {}

  /** The step before ends, and this one begins. */
  void begin(String name, boolean frozen) {
    end();
    steps.add(new Step(name, now(), 0, frozen));
  }

  /** The last step ends. */
  void end() {
    if (!steps.isEmpty()) {
      Step last = steps.remove(steps.size() - 1);
      long micros = last.micros() > 0 ? last.micros() : now() - last.startMicros();
      steps.add(new Step(last.name(), last.startMicros(), micros, last.frozen()));
    }
  }

  private long now() {
    return (System.nanoTime() - origin) / 1000;
  }

  public List<Step> steps() {
    return List.copyOf(steps);
  }
}
