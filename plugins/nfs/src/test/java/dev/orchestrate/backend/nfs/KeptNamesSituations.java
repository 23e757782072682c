package dev.orchestrate.backend.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Deadline;
import dev.orchestrate.testkit.NfsExport;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.RunningProgram;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What only NFS has: names that are kept in the live tree, and a server that may be gone. */
abstract class KeptNamesSituations extends Situation {

  @Override
  protected TestFilesystem kind() {
    return NfsTestFilesystem.NFS;
  }

  private Path onServer(String name) {
    return ((NfsExport) filesystem().storage()).onServer(name);
  }

  private String listOnServer() {
    return Program.run("find", onServer(""), "-mindepth", "1", "-not", "-name", "lost+found");
  }

  private Checkpoint checkpointOfAnOrphan() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "a", "content");
    Checkpoint checkpoint = checkpoint();
    subject.close();
    return checkpoint;
  }

  @Test
  void anOrphanOutlivesItsLastDescriptorAndRestartsTwice() throws Exception {
    Checkpoint checkpoint = checkpointOfAnOrphan();
    Checkpoint.Relink relink = checkpoint.relink();

    assertThat(relink.strategy()).isEqualTo("LINK");
    assertThat(relink.original().text()).matches("\\.nfs[0-9a-f]{24}");
    assertThat(onServer(relink.relinked().text())).hasContent("content");
    for (int i = 0; i < 2; i++) {
      Subject restarted = restart(checkpoint);
      assertThat(content(restarted, 10)).isEqualTo("content");
      assertThat(restarted.tell("tell", 10).number()).isEqualTo(7);
      restarted.close();
    }
  }

  @Test
  void aDeletedCheckpointLeavesNothingOnTheServer() {
    String before = listOnServer();
    Checkpoint checkpoint = checkpointOfAnOrphan();
    Subject restarted = restart(checkpoint);
    restarted.tell("write", 10, " and more");
    restarted.close();
    assertThat(listOnServer()).contains("manifest.json");

    orchestrate().run("delete", checkpoint.id()).expect(0);
    rememberStored();

    assertThat(listOnServer()).isEqualTo(before);
  }

  @Test
  void aCheckpointIsNotDeletedUnderARestartedProgram() {
    Checkpoint checkpoint = checkpointOfAnOrphan();
    Subject restarted = restart(checkpoint);
    assertThat(content(restarted, 10)).as("it runs already").isEqualTo("content");

    Outcome outcome = orchestrate().run("delete", checkpoint.id()).expect(7);

    assertThat(outcome.err()).contains("a program runs in a view of it", "end it first");
    assertThat(content(restarted, 10)).isEqualTo("content");
    restarted.close();
    orchestrate().run("delete", checkpoint.id()).expect(0);
    rememberStored();
  }

  @Test
  void aLargeFileIsNotRead() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "rw,creat");
    subject.tell("fill", 10, 64 * MIB);
    subject.tell("unlink", at("a"));
    long before = filesystem().bytesWritten();

    Checkpoint checkpoint = checkpoint();
    restart(checkpoint).close();

    assertThat(filesystem().bytesWritten() - before).as("bytes written").isLessThan(8 * MIB);
  }

  @Test
  void anUnlinkedFolderIsLostAndThatIsSaid() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "a", "content");
    subject.tell("mkdir", at("d"), 755);
    subject.tell("open", 11, at("d"), "r,directory");
    subject.tell("rmdir", at("d"));

    Checkpoint checkpoint = checkpoint();

    assertThat(checkpoint.json().required("warnings").toString())
        .contains(at("d").toString(), "can't be kept");
    assertThat(content(restart(checkpoint), 10)).isEqualTo("content");
  }

  @Test
  void theUserIsToldThatTheLiveTreeIsWritten() {
    Checkpoint checkpoint = checkpointOfAnOrphan();

    Outcome restart = orchestrate().run("restart", checkpoint.id(), "--", "true").expect(0);
    Outcome backends = orchestrate().run("backends", filesystem().mountPoint()).expect(0);

    assertThat(restart.err()).contains("live tree", filesystem().mountPoint().toString());
    assertThat(backends.out()).contains("live tree", "other hosts");
  }

  @Test
  void theFilesystemIsNotMountedWhenTheCheckpointIsToBeDeleted() {
    Checkpoint checkpoint = checkpointOfAnOrphan();
    Program.run("umount", filesystem().mountPoint());

    Outcome outcome = orchestrate().run("delete", checkpoint.id()).expect(3);

    assertThat(outcome.err()).contains("is not mounted", filesystem().mountPoint().toString());
    filesystem().mountAgain("mnt", "");
    assertThat(content(restart(checkpoint), 10)).isEqualTo("content");
  }

  /** As it believes that it has the lock, it must not run without. */
  @Test
  void aRestartIsRefusedWhileTheOriginalProgramHoldsItsLock() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "a", "content");
    openOrphan(subject, 11, "b", "content");
    subject.tell("flock", 11, "ex");
    Checkpoint checkpoint = checkpoint();

    Outcome outcome = refused(7, "restart", checkpoint.id(), "--", "true");

    assertThat(outcome.err())
        .contains(at(".nfs").toString(), "the exclusive lock (flock)", "end that program");
    subject.close();
    Subject restarted = restart(checkpoint);
    assertThat(restarted.tell("trylock", 11, "flock", "sh").text()).isEqualTo("held");
  }

  /** The program itself hangs in the kernel then; only the guard outside of it can thaw. */
  @Test
  void theServerStopsAnsweringWhileTheProcessesAreFrozen() throws Exception {
    Subject subject = newSubject();
    long pid = subject.pid();
    replaceA(subject, 10);
    RunningProgram program =
        orchestrate()
            .startBroken(
                "stop:syncfs", checkpointCommand(filesystem().mountPoint(), "--max-frozen", "20"));
    atEnd(program::close);
    goOnUntil("it is about to sync with all frozen", program, () -> isFrozen(pid));
    writeInBackground(at("log"));

    atEnd(() -> Program.run("ip", "link", "set", "lo", "up"));
    Program.run("ip", "link", "set", "lo", "down");
    assertThat(isFrozen(pid)).as("frozen, and the server is cut off").isTrue();
    goOn(program);
    subject.tell("pid");
    Thread.sleep(2000);
    assertThat(isAlive(program)).as("the checkpoint hangs on, but its processes do not").isTrue();
    subject.tell("pid");
    Program.run("ip", "link", "set", "lo", "up");
    Deadline.require("it ends", () -> hasEndedAfterGoingOn(program));

    assertThat(program.awaitExit()).isEqualTo(9);
    assertThat(program.err()).contains("were thawed");
    assertThat(KeptInTree.list(filesystem())).isEmpty();
    assertThat(content(subject, 10)).isEqualTo("old");
  }

  /**
   * There is always something to send to the server, as this comes too late to be frozen. Not to be
   * asked for its size: stat(2) sends it.
   */
  private void writeInBackground(Path file) throws IOException {
    Path begun = filesystem().outside("begun").resolve("yes");
    inBackground(
        "exec >%s; echo dirty; : >%s; while :; do echo dirty; done".formatted(file, begun));
    Deadline.require("something is dirty", () -> Files.exists(begun));
  }

  /** Lets a program go on each time that it has stopped itself, until that is in this state. */
  private static void goOnUntil(String what, RunningProgram program, BooleanSupplier state) {
    Deadline.require(
        what,
        () -> {
          if (!isStopped(program)) {
            return false;
          }
          if (state.getAsBoolean()) {
            return true;
          }
          goOn(program);
          return false;
        });
  }

  private static boolean hasEndedAfterGoingOn(RunningProgram program) {
    if (isStopped(program)) {
      goOn(program);
    }
    return !isAlive(program);
  }

  private static void goOn(RunningProgram program) {
    Program.run("kill", "-CONT", program.pid());
  }

  private static boolean isAlive(RunningProgram program) {
    return ProcessHandle.of(program.pid()).map(ProcessHandle::isAlive).orElse(false);
  }

  private static boolean isStopped(RunningProgram program) {
    return Program.attempt("ps", "-o", "stat=", "-p", program.pid()).out().startsWith("T");
  }

  /** By the cgroup v2 that it is in. */
  private static boolean isFrozen(long pid) {
    String group = Program.run("sed", "-n", "s/^0:://p", "/proc/" + pid + "/cgroup").strip();
    Path events = Path.of("/sys/fs/cgroup" + group, "cgroup.events");
    return Program.attempt("grep", "-qx", "frozen 1", events).status() == 0;
  }

  private void inBackground(String script) throws IOException {
    Process process =
        new ProcessBuilder(List.of("sh", "-c", script))
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    atEnd(
        () -> {
          process.destroyForcibly();
          process.onExit().join();
        });
  }
}
