package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody ends a checkpoint, or what it needs from the machine is not to be had. */
@Tag("once")
public abstract class AdversitySituations extends BrokenSituation {
  private static final int DONE = 0;
  private static final int INTERRUPTED = 9;
  private static final int NO_SPACE = 6;
  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  /** A signal is heard at the next chance: the program tidies up by itself. */
  @ParameterizedTest
  @ValueSource(strings = {"HUP", "INT", "TERM"})
  void aSignalEndsACheckpoint(String signal) {
    Subject subject = subjectWithFilesOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Checkpoint earlier = checkpoint();
    Tree tree = filesystem().tree(kind());
    int steps = stepsOf(command).size();
    deleteAllBut(earlier);

    for (int step : List.of(1, steps / 3, steps / 2, 2 * steps / 3, steps)) {
      try (RunningProgram program = orchestrate().startBroken("stop:" + step, command)) {
        if (program.isStoppedOrEnds()) {
          Program.run("kill", "-" + signal, program.pid());
          program.resume();
        }
        assertThat(program.awaitExit())
            .as("step " + step + ": " + program)
            .isIn(DONE, INTERRUPTED, 128 + SIGNALS.get(signal));
        assertThat(program.err()).doesNotContain("Exception", "\tat ");
      }
      subject.tell("pid");
      nothingIsLeftToRecover();
      deleteAllBut(earlier);
      assertAsBefore(tree, "SIG" + signal + " at step " + step);
    }
  }

  @Test
  void theStateFolderIsFull() {
    Subject subject = subjectWithFilesOfAllKinds();
    Path state = orchestrate().state();
    Program.run("mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", state);
    atEnd(() -> Program.run("umount", state));
    Path filler = state.resolve("filler");
    Tree tree = filesystem().tree(kind());

    for (int kibibytes : new int[] {0, 4, 8, 16, 32}) {
      Program.attempt("dd", "if=/dev/zero", "of=" + filler, "bs=4k");
      long size = filler.toFile().length();
      Program.run("truncate", "--size=" + Math.max(0, size - 1024L * kibibytes), filler);
      Outcome outcome = orchestrate().run(checkpointCommand(filesystem().mountPoint()));
      subject.tell("pid");
      assertThat(outcome.status()).as(outcome.toString()).isIn(DONE, NO_SPACE);
      assertThat(outcome.err()).doesNotContain("Exception");
      Program.run("rm", filler);
      nothingIsLeftToRecover();
      deleteAllBut(null);
      assertAsBefore(tree, kibibytes + " KiB left");
      if (kibibytes == 0) {
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(NO_SPACE);
      }
    }
    orchestrate().run(checkpointCommand(filesystem().mountPoint())).expect(0);
    deleteAllBut(null);
  }

  @Test
  void theReportCanNotBeWritten() {
    subjectWithFilesOfAllKinds();

    Outcome outcome =
        orchestrate()
            .runIn("exec \"$@\" >/dev/full", checkpointCommand(filesystem().mountPoint()))
            .expect(1);
    rememberStored();

    assertThat(outcome.err()).contains("the report could not be written", "orchestrate list");
    String listed = orchestrate().run("list", "--json").expect(0).out();
    assertThat(listed).contains("complete");
    deleteAllBut(null);
    rememberStored();
  }
}
