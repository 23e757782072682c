package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
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
    return 20;
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
    Checkpoint earlier = checkpointOfAllKinds();
    Object[] command = checkpointCommand(filesystem().mountPoint());
    atEachStep(
        command,
        inventory(),
        () -> {
          Subject subject = subjectWithFilesOfAllKinds();
          Program.run("sync", "--file-system", filesystem().mountPoint());
          return Optional.of(subject);
        },
        () -> deleteAllBut(earlier));
    assertRestarts(earlier);
    deleteAllBut(null);
  }

  @Test
  void thePowerFailsAtEachStepOfARestart() {
    Checkpoint checkpoint = checkpointOfAllKinds();
    atEachStep(
        new Object[] {"restart", checkpoint.id(), "--", "true"},
        inventory(),
        Optional::empty,
        () -> {});
    assertRestarts(checkpoint);
    deleteAllBut(null);
  }

  @Test
  void thePowerFailsAtEachStepOfAMount() {
    Checkpoint checkpoint = checkpointOfAllKinds();
    Path view = filesystem().outside("view");
    atEachStep(
        new Object[] {"mount", checkpoint.id(), view},
        inventory(),
        Optional::empty,
        () -> assertThat(view).isEmptyDirectory());
    assertRestarts(checkpoint);
    deleteAllBut(null);
  }

  @Test
  void thePowerFailsAtEachStepOfADeletion() {
    Checkpoint earlier = checkpointOfAllKinds();
    List<String> one = inventory();
    Checkpoint doomed = checkpoint();
    atEachStep(
        new Object[] {"delete", doomed.id()},
        one,
        Optional::empty,
        () -> {
          if (isListed(doomed)) {
            orchestrate().run("restart", doomed.id(), "--", "true").expect(0);
            orchestrate().run("delete", doomed.id()).expect(0);
          }
        });
    assertRestarts(earlier);
    deleteAllBut(null);
  }

  /** Afterwards the live tree may be a mixture, which the same command completes. */
  @Test
  void thePowerFailsAtEachStepOfARollback() {
    needs(Claim.ROLLING_BACK);
    SmallUpgrade upgrade = new SmallUpgrade(filesystem().mountPoint());
    upgrade.prepare();
    TreeState before = upgrade.state();
    Checkpoint checkpoint = checkpoint();
    upgrade.carryOut();
    Program.run("sync", "--file-system", filesystem().mountPoint());
    atEachStep(
        new Object[] {"rollback", checkpoint.id()},
        inventory(),
        Optional::empty,
        () -> {
          orchestrate().run("rollback", checkpoint.id()).expect(0);
          deleteAllBut(checkpoint);
        },
        (tree, when) -> assertThat(upgrade.state().lines()).as(when).isEqualTo(before.lines()));
    deleteAllBut(null);
  }

  @Test
  void thePowerFailsAtEachStepOfAReceipt() {
    needs(Claim.RECEIVING);
    Checkpoint checkpoint = checkpointOfAllKinds();
    Path stream = filesystem().outside("streams").resolve("stream");
    orchestrate().run("send", checkpoint.id(), "-o", stream).expect(0);
    deleteAllBut(null);
    rememberStored();
    Path target = filesystem().mountPoint();
    atEachStep(
        new Object[] {"receive", "--backend=" + kind().backend(), "-i", stream, target},
        inventory(),
        Optional::empty,
        () -> {
          if (isListed(checkpoint)) {
            assertRestarts(checkpoint);
            deleteAllBut(null);
          }
        });
    deleteAllBut(null);
  }

  /** Of files whose program is gone afterwards, so that the filesystem can be unmounted. */
  private Checkpoint checkpointOfAllKinds() {
    Subject subject = subjectWithFilesOfAllKinds();
    Checkpoint checkpoint = checkpoint();
    subject.close();
    Program.run("rm", at("a"), at("b"));
    rememberStored();
    return checkpoint;
  }

  private void assertRestarts(Checkpoint checkpoint) {
    Subject restarted = restart(checkpoint);
    assertThat(content(restarted, 10)).isEqualTo("old");
    restarted.close();
  }

  private void atEachStep(
      Object[] command, List<String> left, Supplier<Optional<Subject>> scene, Runnable recovered) {
    atEachStep(
        command,
        left,
        scene,
        recovered,
        (tree, when) ->
            assertThat(filesystem().tree(kind())).as("the live tree, " + when).isEqualTo(tree));
  }

  /**
   * @param left what the backend stores after recovery
   * @param scene makes what is to be there when the command begins
   * @param recovered done after each recovery
   * @param live fails unless the live tree is as it should be then; is told what it was, and when
   */
  private void atEachStep(
      Object[] command,
      List<String> left,
      Supplier<Optional<Subject>> scene,
      Runnable recovered,
      BiConsumer<Tree, String> live) {
    try (Disks before = Disks.make();
        Disks atFailure = Disks.make()) {
      whileUnmounted(() -> save(before));
      int steps = stepsIn(command, scene);
      for (int step : chosen(steps)) {
        whileUnmounted(() -> restore(before));
        Optional<Subject> subject = scene.get();
        Tree tree = filesystem().tree(kind());
        failAt(step, command, atFailure);
        subject.ifPresent(Subject::close);
        whileUnmounted(() -> restore(atFailure));

        recoverAll();

        recovered.run();
        String when = "the power failed at step " + step;
        live.accept(tree, when);
        assertThat(inventory()).as("what is stored, " + when).isEqualTo(left);
        assertThat(filesystem().strayMounts()).as("mounts, " + when).isEmpty();
        Figures.add(FIGURE, 1);
      }
      nothingIsLeftToRecover();
    }
  }

  private int stepsIn(Object[] command, Supplier<Optional<Subject>> scene) {
    Optional<Subject> subject = scene.get();
    int steps = stepsOf(command).size();
    subject.ifPresent(Subject::close);
    return steps;
  }

  private void whileUnmounted(Runnable action) {
    unmountViews();
    unmountState();
    filesystem().whileUnmounted(action);
    mountState();
  }

  /** What a command mounted that was killed; the last first. */
  private void unmountViews() {
    Path view = filesystem().outside("view");
    List<String> mounts =
        Program.run("findmnt", "--list", "--noheadings", "--output=TARGET").lines().toList();
    for (int i = mounts.size() - 1; i >= 0; i--) {
      Path place = Path.of(mounts.get(i));
      boolean inState =
          place.startsWith(orchestrate().state()) && !place.equals(orchestrate().state());
      if (inState || place.equals(view)) {
        Program.run("umount", place);
      }
    }
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
