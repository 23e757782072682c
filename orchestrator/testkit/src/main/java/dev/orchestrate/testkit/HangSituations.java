package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The program hangs at each of its steps, or loses the guard that would thaw in its place. */
public abstract class HangSituations extends BrokenSituation {
  private static final int THAWED_BY_GUARD = 9;

  @Override
  protected int stride() {
    return 4;
  }

  /** Stopped while processes are frozen, the program can't thaw them: the guard has to. */
  @Test
  void aCheckpointHangsAtEachStep() {
    Subject subject = subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint(), "--max-frozen", "0.5");
    Checkpoint earlier = checkpoint();
    Tree tree = filesystem().tree(kind());
    int steps = stepsOf(checkpointCommand(filesystem().mountPoint())).size();
    deleteAllBut(earlier);

    for (int step : chosen(steps)) {
      try (RunningProgram hanging = orchestrate().startBroken("stop:" + step, command)) {
        boolean hangs = hanging.isStoppedOrEnds();
        subject.tell("pid");
        if (hangs) {
          hanging.resume();
        }
        endsWell(hanging, "stopped at step " + step);
      }
      recoverAll();
      deleteAllBut(earlier);
      assertAsBefore(tree, "stopped at step " + step);
    }
    nothingIsLeftToRecover();
    assertThat(content(restart(earlier), 10)).isEqualTo("old");
  }

  @Test
  void theGuardIsKilledAtEachStep() {
    Subject subject = subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Checkpoint earlier = checkpoint();
    Tree tree = filesystem().tree(kind());
    List<String> steps = stepsOf(command);
    deleteAllBut(earlier);
    int afterStart = steps.indexOf("guard") + 2;
    assertThat(afterStart).as("a guard is started: " + steps).isGreaterThan(1);

    int killed = 0;
    for (int step = afterStart; step <= steps.size(); step++) {
      try (RunningProgram hanging = orchestrate().startBroken("stop:" + step, command)) {
        boolean hangs = hanging.isStoppedOrEnds();
        boolean guarded = hangs && hanging.killGuard();
        if (hangs) {
          hanging.resume();
        }
        endsWell(hanging, "its guard was killed at step " + step);
        subject.tell("pid");
        recoverAll();
        deleteAllBut(earlier);
        assertAsBefore(tree, "guard killed at step " + step);
        if (!guarded) {
          break;
        }
        killed++;
      }
    }
    assertThat(killed).as("guards killed").isPositive();
    nothingIsLeftToRecover();
  }

  private static void endsWell(RunningProgram program, String when) {
    assertThat(program.awaitExit()).as(when + ": " + program).isIn(0, THAWED_BY_GUARD);
    assertThat(program.err()).doesNotContain("Exception", "\tat ");
  }
}
