package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.catalog.Timeline.Step;
import dev.orchestrate.spi.Progress;
import java.util.ArrayList;
import java.util.List;

/** Notes the steps of a checkpoint, one after the other, with the time that each took. */
final class Trace {
  private final long origin = System.nanoTime();
  private final List<Mark> marks = new ArrayList<>();
  private final Progress progress;

  private record Mark(String name, long micros, boolean frozen) {}

  /**
   * @param progress told of each step, except while processes stand still: whoever shows it may
   *     have to wait for a terminal
   */
  Trace(Progress progress) {
    this.progress = progress;
  }

  /** The step before ends, and this one begins. */
  void begin(String name, boolean frozen) {
    mark(name, frozen);
    if (!frozen) {
      progress.begin(name);
    }
  }

  /** The last step ends. */
  void end() {
    mark("end", false);
  }

  private void mark(String name, boolean frozen) {
    marks.add(new Mark(name, (System.nanoTime() - origin) / 1000, frozen));
  }

  /** Those that have ended. */
  Timeline timeline() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i + 1 < marks.size(); i++) {
      Mark mark = marks.get(i);
      long until = marks.get(i + 1).micros();
      steps.add(new Step(mark.name(), mark.micros(), until - mark.micros(), mark.frozen()));
    }
    return new Timeline(steps);
  }
}
