package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The power fails at each step of a checkpoint: what is on the disks by then, and no more, is there
 * when the machine is up again. For filesystems on a {@link LoopDevice}; the state folder gets a
 * disk of its own.
 */
public abstract class PowerLossSituations extends BrokenSituation {
  private static final String FIGURE = "power failures";

  /** What both disks have on them. */
  private record Disks(Path data, Path state) implements AutoCloseable {
    static Disks make() {
      return new Disks(Program.temporaryFile(), Program.temporaryFile());
    }

    @Override
    public void close() {
      Program.delete(data);
      Program.delete(state);
    }
  }

  private LoopDevice stateDevice;

  @Override
  protected int stride() {
    return 8;
  }

  @BeforeEach
  void putTheStateFolderOnADisk() {
    stateDevice = LoopDevice.make(512 * MIB, "mkfs.ext4", "-q");
    mountState();
  }

  @AfterEach
  void takeItAway() {
    unmountState();
    stateDevice.close();
    rememberStored();
  }

  private void mountState() {
    Program.run("mount", "-o", "noatime", stateDevice.source(), orchestrate().state());
    Program.run("chmod", "700", orchestrate().state());
  }

  private void unmountState() {
    Deadline.require(
        "nobody uses the state folder",
        () -> Program.attempt("umount", orchestrate().state()).status() == 0);
  }

  @Test
  void thePowerFailsAtEachStepOfACheckpoint() {
    Object[] command = checkpointCommand(filesystem().mountPoint());
    Subject first = subjectWithFilesOfAllKinds();
    Checkpoint earlier = checkpoint();
    int steps = stepsOf(command).size();
    deleteAllBut(earlier);
    first.close();
    Program.run("rm", at("a"), at("b"));
    rememberStored();
    try (Disks before = Disks.make();
        Disks atFailure = Disks.make()) {
      whileUnmounted(() -> save(before));
      for (int step : chosen(steps)) {
        whileUnmounted(() -> restore(before));
        Subject subject = subjectWithFilesOfAllKinds();
        Program.run("sync", "--file-system", filesystem().mountPoint());
        Tree tree = filesystem().tree(kind());
        failAt(step, command, atFailure);
        subject.close();
        whileUnmounted(() -> restore(atFailure));

        recoverAll();

        deleteAllBut(earlier);
        assertAsBefore(tree, "the power failed at step " + step);
        Figures.add(FIGURE, 1);
      }
      nothingIsLeftToRecover();
      Subject restarted = restart(earlier);
      assertThat(content(restarted, 10)).isEqualTo("old");
      restarted.close();
    }
    deleteAllBut(null);
  }

  private void whileUnmounted(Runnable action) {
    unmountState();
    filesystem().whileUnmounted(action);
    mountState();
  }

  private void failAt(int step, Object[] command, Disks disks) {
    RunningProgram program = orchestrate().startBroken("stop:" + step, command);
    program.isStoppedOrEnds();
    save(disks);
    program.kill();
  }

  private void save(Disks disks) {
    device().saveTo(disks.data());
    stateDevice.saveTo(disks.state());
  }

  private void restore(Disks disks) {
    device().restoreFrom(disks.data());
    stateDevice.restoreFrom(disks.state());
  }

  private LoopDevice device() {
    return (LoopDevice) filesystem().storage();
  }
}
