package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;

/**
 * Commands that are broken at one of their steps, as dev.orchestrate.linux.Faults counts them.
 * Afterwards nobody is frozen, and recovery leaves the live tree and what is stored as they were.
 */
abstract class BrokenSituation extends Situation {
  /** A system property: only each so-manieth step is broken; 1 for all. */
  static final String STRIDE = "orchestrate.test.stride";

  /** What the last line of {@code ./verify} calls it. */
  private static final String FIGURE = "steps broken";

  static final int KILLED = 137;

  /** By so many, the steps of two runs of a command may differ. */
  static final int FEWER = 4;

  /** Thousands of commands: only what is broken, and what breaks, needs a process of its own. */
  @BeforeEach
  void runInProcess() {
    orchestrate().runInProcess();
  }

  Subject subjectWithFilesOfAllKinds() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    subject.tell("mkdir", at("d"), 755);
    subject.tell("open", 12, at("d"), "r");
    subject.tell("rmdir", at("d"));
    return subject;
  }

  /** The names of the steps of a command that change something. */
  List<String> stepsOf(Object... command) {
    Path steps = Program.temporaryFile();
    try {
      orchestrate().runBroken("count:" + steps, command).expect(0);
      return Program.read(steps).lines().toList();
    } finally {
      Program.delete(steps);
    }
  }

  /** Where all steps take too long for each run of the tests: each so-manieth. */
  protected int stride() {
    return 1;
  }

  /** Which of so many steps are to be broken; counted from 1. */
  int[] chosen(int steps) {
    return chosen(1, steps);
  }

  /** The same from one step on. */
  int[] chosen(int first, int last) {
    return chosen(first, last, 1);
  }

  /** The same where what happens at one step happens at many. */
  int[] chosen(int first, int last, int coarser) {
    int stride = Integer.getInteger(STRIDE, coarser * stride());
    int[] chosen =
        IntStream.rangeClosed(first, last).filter(i -> i % stride == 1 % stride).toArray();
    Figures.add(FIGURE, chosen.length);
    return chosen;
  }

  /** The run that counted may have made a folder or two that are there now. */
  static void requireKilled(Outcome outcome, int call, int calls) {
    if (outcome.status() != 0 || call <= calls - FEWER) {
      outcome.expect(KILLED);
    }
  }

  void recoverAll() {
    orchestrate().run("recover").expect(0);
  }

  /** The program of a restart that was killed may live on for a moment, and its view with it. */
  void recoverUntilNobodyUsesAView() {
    Deadline.require(
        "the view is gone",
        () -> {
          recoverAll();
          return inventory().equals(stored());
        });
  }

  void deleteAllBut(Checkpoint kept) {
    Path entries = orchestrate().state().resolve("checkpoints");
    if (!Files.exists(entries)) {
      return;
    }
    Program.run("find", entries, "-mindepth", "1", "-maxdepth", "1", "-printf", "%f\n")
        .lines()
        .filter(id -> kept == null || !id.equals(kept.id()))
        .forEach(id -> orchestrate().run("delete", id).expect(0));
  }

  boolean isListed(Checkpoint checkpoint) {
    return orchestrate().listed().contains(checkpoint.id());
  }

  void assertAsBefore(Tree tree, String when) {
    assertThat(filesystem().tree(kind())).as("the live tree, " + when).isEqualTo(tree);
    assertThat(inventory()).as("what is stored, " + when).isEqualTo(stored());
    assertThat(filesystem().strayMounts()).as("mounts, " + when).isEmpty();
  }
}
