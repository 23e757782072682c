package dev.orchestrate.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;

/** The steps of a checkpoint, one after the other, with the time that each took. */
public final class Trace {
  private final long origin = System.nanoTime();
  private final List<Mark> marks = new ArrayList<>();

  private record Mark(String name, long micros, boolean frozen) {}

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
    marks.add(new Mark(name, (System.nanoTime() - origin) / 1000, frozen));
  }

  /** The last step ends. */
  void end() {
    begin("end", false);
  }

  /** Those that have ended. */
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i + 1 < marks.size(); i++) {
      Mark mark = marks.get(i);
      long until = marks.get(i + 1).micros();
      steps.add(new Step(mark.name(), mark.micros(), until - mark.micros(), mark.frozen()));
    }
    return steps;
  }
}
