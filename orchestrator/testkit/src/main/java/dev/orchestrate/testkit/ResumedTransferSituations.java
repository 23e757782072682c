package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A checkpoint is sent to a file, which is interrupted, and goes on when it is sent again. */
@Tag("once")
public abstract class ResumedTransferSituations extends TransferredSituation {
  private static final String RECORD_EACH_MIB = "orchestrate.record-every=" + MIB;
  private static final int KILLED = 137;

  private Path folder;
  private Path file;

  @BeforeEach
  void choosePlace() {
    folder = filesystem().outside("streams");
    file = folder.resolve("file");
  }

  /** Of files that take some MiB in a stream, however that is compressed, and many in a folder. */
  private Checkpoint checkpointOf(int mebibytes) {
    filesystem()
        .change(
            "mkdir many; (cd many; seq 500 | shuf | xargs touch); head -c %dM /dev/urandom >random"
                .formatted(mebibytes));
    return checkpointOfAllKinds();
  }

  private Object[] command(Checkpoint checkpoint, Path to, Object... options) {
    return Stream.of(
            Stream.of("send", "--resumable", "--json", "-o", to),
            Stream.of(options),
            Stream.of(checkpoint.id()))
        .flatMap(words -> words)
        .toArray();
  }

  /** Has it sent whole to a file of that name, and killed in the middle of writing the other. */
  private void kill(Checkpoint checkpoint, Object... options) {
    Path steps = filesystem().outside("steps").resolve("steps");
    Object[] undisturbed = command(checkpoint, folder.resolve("whole"), options);
    runBroken("count:" + steps, undisturbed).expect(0);
    List<String> names = Program.read(steps).lines().toList();
    Program.delete(steps);
    int records = (int) names.stream().filter("fdatasync"::equals).count();
    int middle = positionOf("fdatasync", records / 2, names);
    runBroken("kill:" + middle, command(checkpoint, file, options)).expect(KILLED);
  }

  /** What a kill leaves of the view that was read goes as it always does. */
  private void recover() {
    Deadline.require(
        "nobody reads the view of the command that was killed",
        () -> {
          orchestrate().run("recover").expect(0);
          return inventory().equals(stored());
        });
  }

  private Outcome runBroken(String fault, Object... command) {
    return orchestrate().runWith(List.of(RECORD_EACH_MIB, "orchestrate.faults=" + fault), command);
  }

  /** Counted from 1, as faults are. */
  private static int positionOf(String name, int which, List<String> names) {
    int seen = 0;
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name) && seen++ == which) {
        return i + 1;
      }
    }
    throw new AssertionError("no " + name + " number " + which + " in " + names);
  }

  /** Runs the command, which has to succeed, and replies how many bytes it found. */
  private long goOn(Object... command) {
    Outcome outcome = orchestrate().run(command).expect(0);
    assertThat(filesToSee()).contains("file").noneMatch(name -> name.contains("incomplete"));
    assertThat(Program.run("stat", "-c", "%a %s", file))
        .isEqualTo("600 " + outcome.json().get("bytes").asLong() + "\n");
    recover();
    return outcome.json().get("kept").asLong();
  }

  private List<String> filesToSee() {
    return Program.run("ls", "-A", folder).lines().toList();
  }

  private void arrives(Checkpoint checkpoint) {
    receive(file).expect(0);
    assertThat(descriptionElsewhere(checkpoint)).isEqualTo(descriptionHere(checkpoint));
    assertThat(content(restartElsewhere(checkpoint), 11)).isEqualTo("orphan");
  }

  private void isAsIfNeverInterrupted() {
    assertThat(Program.run("cmp", file, folder.resolve("whole"))).isEmpty();
  }

  @Test
  void theSameCommandGoesOnAfterAKill() {
    Checkpoint checkpoint = checkpointOf(8);

    kill(checkpoint);

    assertThat(filesToSee()).contains("file.incomplete", "file.incomplete.progress");
    assertThat(goOn(command(checkpoint, file))).isBetween(2 * MIB, 8 * MIB);
    isAsIfNeverInterrupted();
    arrives(checkpoint);
  }

  @Test
  void itGoesOnWithWhatDiffersToo() {
    Checkpoint parent = checkpointOfAllKinds();
    receive(send(parent)).expect(0);
    filesystem()
        .change(
            "mkdir many; (cd many; seq 500 | shuf | xargs touch); head -c 8M /dev/urandom >new");
    Checkpoint child = checkpoint();
    Object[] options = {"--parent", parent.id(), "--compress=none"};

    kill(child, options);

    assertThat(goOn(command(child, file, options))).isBetween(2 * MIB, 8 * MIB);
    isAsIfNeverInterrupted();
    arrives(child);
  }

  @Test
  void aDiskThatWasFullGetsTheRest() {
    Checkpoint checkpoint = checkpointOf(40);
    MountedFilesystem small = MountedFilesystem.onLoop(128 * MIB, "", "mkfs.ext4", "-q");
    atEnd(small::close);
    file = small.path("file");
    small.change("head -c 90M /dev/zero >filler");

    Outcome full = orchestrate().run(command(checkpoint, file)).expect(6);
    assertThat(full.err().lines().toList()).hasSize(2);
    assertThat(full.err())
        .contains("MiB of the stream are in " + file + ".incomplete", "goes on from there");
    small.change("rm filler");

    folder = small.mountPoint();
    assertThat(goOn(command(checkpoint, file))).isGreaterThan(MIB);
    arrives(checkpoint);
  }

  @Test
  void whatIsDamagedIsWrittenAnew() {
    Checkpoint checkpoint = checkpointOf(8);
    kill(checkpoint);
    Path part = folder.resolve("file.incomplete");
    Program.run("cp", part, folder.resolve("cut"));
    Program.run("cp", folder.resolve("file.incomplete.progress"), folder.resolve("progress"));
    Program.run("dd", "if=/dev/zero", "of=" + part, "bs=1M", "count=1", "seek=1", "conv=notrunc");

    assertThat(goOn(command(checkpoint, file))).isBetween(MIB, 2 * MIB - 1);
    isAsIfNeverInterrupted();

    Program.run("mv", folder.resolve("cut"), part);
    Program.run("mv", folder.resolve("progress"), folder.resolve("file.incomplete.progress"));
    Program.run("truncate", "-s", "1M", part);
    Program.run("rm", file);
    assertThat(goOn(command(checkpoint, file))).isEqualTo(MIB);
    isAsIfNeverInterrupted();
    arrives(checkpoint);
  }

  @Test
  void whatIsOfAnotherCheckpointIsWrittenAnew() {
    Checkpoint another = checkpointOf(8);
    Checkpoint checkpoint = checkpoint();
    kill(another);

    Outcome outcome = orchestrate().run(command(checkpoint, file)).expect(0);

    assertThat(outcome.json().get("kept").asLong()).isZero();
    assertThat(outcome.err().lines().toList()).hasSize(1);
    assertThat(outcome.err()).contains(another.id(), "from its beginning");
    recover();
    arrives(checkpoint);
  }

  @Test
  void whatIsSomebodyElsesInThePlaceStays() throws IOException {
    Checkpoint checkpoint = checkpoint();
    Path precious = Files.writeString(folder.resolve("precious"), "precious");
    Path part = folder.resolve("file.incomplete");

    Program.run("ln", "-s", precious, part);
    staysAsItIs(checkpoint, part);
    Program.run("cp", precious, part);
    staysAsItIs(checkpoint, part);
    Program.run("install", "-o", "nobody", "-m", "644", precious, part);
    Files.writeString(folder.resolve("file.incomplete.progress"), "{}");
    staysAsItIs(checkpoint, part);
  }

  private void staysAsItIs(Checkpoint checkpoint, Path part) {
    List<String> before = filesToSee();
    assertThat(refused(7, command(checkpoint, file)).err()).contains(part + ": is there already");
    assertThat(filesToSee()).isEqualTo(before);
    assertThat(Program.read(part)).isEqualTo("precious");
    Program.run("rm", part);
  }
}
