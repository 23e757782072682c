package dev.orchestrate.backend.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.RunningProgram;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.SubjectProgram;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two hosts that mount one filesystem: of a checkpoint only the manifest goes from the one to the
 * other. The other one is a mount that shares no cache with the first (nfs(5), nosharecache), and a
 * catalog of its own.
 */
abstract class SharedByHostsSituations extends Situation {
  private Orchestrate other;
  private Path there;

  @Override
  protected TestFilesystem kind() {
    return NfsTestFilesystem.NFS;
  }

  @BeforeEach
  void mountOnTheOtherHost() {
    other = newOrchestrate();
    atEnd(other::close);
    there = filesystem().mountAgain("there", "nosharecache");
  }

  private Checkpoint checkpointOfTwoFiles() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    Checkpoint checkpoint = checkpoint();
    subject.close();
    return checkpoint;
  }

  private Path send(Checkpoint checkpoint) {
    return send(orchestrate(), checkpoint);
  }

  private Path send(Orchestrate by, Checkpoint checkpoint) {
    Path stream = filesystem().outside("streams").resolve("stream-" + checkpoint.id());
    Program.run("rm", "-f", stream);
    by.run("send", "-o", stream, checkpoint.id()).expect(0);
    return stream;
  }

  private static Object[] receiveCommand(Path stream, Path place, Object... options) {
    return Stream.of(Stream.of("receive", "-i", stream), Stream.of(options), Stream.of(place))
        .flatMap(words -> words)
        .toArray();
  }

  private Checkpoint sentAndReceived() {
    Checkpoint checkpoint = checkpointOfTwoFiles();
    other.run(receiveCommand(send(checkpoint), there)).expect(0);
    return checkpoint;
  }

  private Subject restartThere(Checkpoint checkpoint) {
    return watched(other.start("restart", checkpoint.id(), "--", SubjectProgram.path()).subject());
  }

  private void restartsHere(Checkpoint checkpoint) {
    Subject restarted = restart(checkpoint);
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    restarted.close();
  }

  private void deleteHere(Checkpoint checkpoint) {
    orchestrate().run("delete", checkpoint.id()).expect(0);
    rememberStored();
  }

  private void nothingIsListedThere() {
    assertThat(other.listed()).isEmpty();
    assertThat(other.run("recover").expect(0).out()).isEqualTo("nothing to recover\n");
    assertThat(inventory()).as("the names, which are the other's").isEqualTo(stored());
  }

  /** In a line or two, and leaving nothing there and all here. */
  private Outcome refusedThere(int status, Object... command) {
    Outcome outcome = other.run(command).expect(status);
    assertThat(outcome.err().lines().count()).as(outcome.toString()).isBetween(1L, 2L);
    assertThat(outcome.err()).doesNotContain("Exception");
    nothingIsListedThere();
    return outcome;
  }

  @Test
  void theWriteReachesBByTheOtherHost() throws Exception {
    Checkpoint checkpoint = checkpointOfTwoFiles();
    orchestrate().run("tag", checkpoint.id(), "moved").expect(0);
    Path stream = send(checkpoint);

    Outcome received = other.run(receiveCommand(stream, there)).expect(0);

    assertThat(Files.size(stream)).as("no file is in it").isLessThan(64 << 10);
    assertThat(received.out())
        .startsWith("received checkpoint %s of %s by nfs".formatted(checkpoint.id(), there));
    assertThat(other.run("list").expect(0).out()).contains(checkpoint.id(), "moved");
    assertThat(other.run("show", checkpoint.id()).expect(0).out())
        .contains("refers to the checkpoint that was sent");
    for (String written : List.of("old and more", "old and more again")) {
      Subject restarted = restartThere(checkpoint);
      assertThat(content(restarted, 11)).isEqualTo("orphan");
      restarted.tell("write", 10, written.endsWith("again") ? " and more again" : " and more");
      restarted.tell("open", 20, there.resolve("b"), "r");
      assertThat(content(restarted, 20)).isEqualTo(written);
      restarted.close();
    }
    assertThat(inventory()).as("both views are gone").isEqualTo(stored());
    restartsHere(checkpoint);
  }

  @Test
  void whatIsDeletedThereStaysHere() {
    Checkpoint checkpoint = sentAndReceived();

    Outcome outcome = other.run("delete", checkpoint.id()).expect(0);

    assertThat(outcome.err()).contains("stays, on the host where it was taken");
    nothingIsListedThere();
    restartsHere(checkpoint);
  }

  /** It has nothing there that would have to be reached. */
  @Test
  void itIsForgottenThereThoughTheFilesystemIsNotMounted() {
    Checkpoint checkpoint = sentAndReceived();
    Program.run("umount", there);

    other.run("delete", checkpoint.id()).expect(0);

    nothingIsListedThere();
    restartsHere(checkpoint);
  }

  @Test
  void whatIsDeletedHereCannotBeRestartedThereAndThatIsSaid() {
    Checkpoint checkpoint = sentAndReceived();
    restartThere(checkpoint).close();
    deleteHere(checkpoint);

    Outcome outcome = other.run("restart", checkpoint.id(), "--", "true").expect(3);

    assertThat(outcome.err())
        .contains("is gone", "which has deleted it", "orchestrate delete " + checkpoint.id());
    assertThat(other.run("send", checkpoint.id(), "-o", there.resolve("stream")).expect(3).err())
        .contains("is gone");
    other.run("delete", checkpoint.id()).expect(0);
    nothingIsListedThere();
  }

  @Test
  void aProgramThatRunsThereKeepsItsFilesWhenTheyAreDeletedHere() {
    Checkpoint checkpoint = sentAndReceived();
    Subject restarted = restartThere(checkpoint);
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    assertThat(other.run("delete", checkpoint.id()).expect(7).err()).contains("a program runs");

    orchestrate().run("delete", checkpoint.id()).expect(0);

    restarted.tell("write", 11, " and more");
    assertThat(content(restarted, 11)).isEqualTo("orphan and more");
    restarted.close();
    rememberStored();
    assertThat(stored()).as("nothing is left of it").isEmpty();
    other.run("delete", checkpoint.id()).expect(0);
  }

  /** Where both have mounted it in the same place, and so have each checkpoint in one folder. */
  @Test
  void twoCatalogsOfOneHostDoNotMeet() {
    Checkpoint checkpoint = checkpointOfTwoFiles();
    Path stream = send(checkpoint);
    other.run(receiveCommand(stream, filesystem().mountPoint())).expect(0);
    Subject here = restart(checkpoint);
    Subject fromThere = restartThere(checkpoint);
    assertThat(content(here, 11)).isEqualTo("orphan");
    assertThat(content(fromThere, 11)).isEqualTo("orphan");
    here.close();
    fromThere.close();

    assertThat(orchestrate().run(receiveCommand(stream, there)).expect(7).err())
        .contains("is here already");
    other.run("delete", checkpoint.id()).expect(0);

    nothingIsListedThere();
    restartsHere(checkpoint);
  }

  @Test
  void whatWasReceivedCanBeSentOn() {
    Checkpoint checkpoint = sentAndReceived();
    Path stream = send(other, checkpoint);
    other.run("delete", checkpoint.id()).expect(0);

    other.run(receiveCommand(stream, there)).expect(0);

    Subject restarted = restartThere(checkpoint);
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    restarted.close();
    other.run("delete", checkpoint.id()).expect(0);
    nothingIsListedThere();
  }

  @Test
  void anotherFilesystemIsRefused() {
    Checkpoint checkpoint = checkpointOfTwoFiles();
    Path stream = send(checkpoint);
    Program.run("mkdir", at("copy"));
    Program.run("cp", "-a", at("lost+found"), at("copy"));
    Path copy = filesystem().outside("copy");
    Program.run("mount", "-t", "nfs4", "127.0.0.1:/copy", copy);
    atEnd(() -> Program.run("umount", copy));

    assertThat(refusedThere(3, receiveCommand(stream, copy)).err())
        .contains("is not the filesystem that checkpoint " + checkpoint.id() + " is in");
    assertThat(refusedThere(4, receiveCommand(stream, filesystem().outside("local"))).err())
        .contains("no network or cluster filesystem");
    assertThat(refusedThere(4, receiveCommand(stream, there.resolve("copy"))).err())
        .contains("the whole of it is mounted: " + there);
    restartsHere(checkpoint);
  }

  @Test
  void aNameThatIsGoneOrLeadsElsewhereIsRefused() throws Exception {
    Checkpoint checkpoint = checkpointOfTwoFiles();
    Path stream = send(checkpoint);
    Path name = at(checkpoint.relinks().get(0).relinked().text());
    Path aside = filesystem().path("aside");
    Files.move(name, aside);
    rememberStored();
    assertThat(refusedThere(3, receiveCommand(stream, there)).err()).contains("is not there");
    Files.writeString(name, "somebody else's");
    rememberStored();
    assertThat(refusedThere(8, receiveCommand(stream, there)).err()).contains("that was relinked");
    Files.delete(name);
    Files.move(aside, name);
    rememberStored();

    other.run(receiveCommand(stream, there)).expect(0);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    Checkpoint checkpoint = checkpointOfTwoFiles();
    Path stream = send(checkpoint);

    assertThat(refusedThere(4, receiveCommand(stream, there, "--map-user=1=nobody")).err())
        .contains("--map-user");
    Checkpoint second = checkpoint();
    assertThat(
            refused(
                    4,
                    "send",
                    "--parent",
                    checkpoint.id(),
                    second.id(),
                    "-o",
                    filesystem().outside("x").resolve("s"))
                .err())
        .contains("without --parent");
    assertThat(refused(4, "export", checkpoint.id(), filesystem().outside("x").resolve("y")).err())
        .contains("can't be copied elsewhere", "send it to a host that mounts");
    assertThat(refused(4, "migrate", "--backend=nfs", at("."), "--", "false").err())
        .contains("no files are sent", "--final");
  }

  /** At each step: all that it may leave is its own entry, which goes. */
  @Test
  void aReceiptThatIsKilledLeavesTheNames() throws Exception {
    Checkpoint checkpoint = checkpointOfTwoFiles();
    Object[] receive = receiveCommand(send(checkpoint), there);
    Path steps = filesystem().outside("steps").resolve("list");
    other.runBroken("count:" + steps, receive).expect(0);
    other.run("delete", checkpoint.id()).expect(0);
    int count = Files.readAllLines(steps).size();

    for (int step = 1; step <= count; step += 3) {
      Outcome outcome = other.runBroken("kill:" + step, receive);
      other.run("recover").expect(0);
      assertThat(inventory()).as("killed at %d: %s", step, outcome).isEqualTo(stored());
      if (!other.listed().isEmpty()) {
        other.run("delete", checkpoint.id()).expect(0);
      }
      nothingIsListedThere();
    }
    restartsHere(checkpoint);
  }

  @Test
  void aRestartThatIsKilledThereLeavesTheNames() {
    Checkpoint checkpoint = sentAndReceived();
    RunningProgram program = other.start("restart", checkpoint.id(), "--", SubjectProgram.path());
    Subject restarted = program.subject();
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    Program.run("kill", "-KILL", program.pid());
    restarted.close();

    other.run("recover").expect(0);

    assertThat(inventory()).isEqualTo(stored());
    other.run("delete", checkpoint.id()).expect(0);
    nothingIsListedThere();
    restartsHere(checkpoint);
  }

  @Test
  void aServiceMovesWithoutLosingAWord() {
    Subject subject = Subject.start(); // not looked after, as it is ended
    atEnd(subject::close);
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");

    Outcome outcome =
        orchestrate()
            .run(
                Stream.concat(
                        Stream.of(
                            "migrate",
                            "--backend=nfs",
                            "--final",
                            "--max-stop=600", // emulated
                            "--pid=" + subject.pid()),
                        Stream.concat(
                            Stream.of(filesystem().mountPoint().toString(), "--"),
                            other.words("receive", there).stream()))
                    .toArray())
            .expect(0);
    rememberStored();

    assertThat(outcome.out()).contains("final: ", "ended here: ").doesNotContain("round 1");
    assertThat(other.listed()).isEqualTo(orchestrate().listed()).hasSize(1);
    String id = other.listed().get(0);
    Subject restarted = watched(other.start("restart", id, "--", SubjectProgram.path()).subject());
    restarted.tell("write", 10, " and more");
    restarted.tell("open", 20, there.resolve("b"), "r");
    assertThat(content(restarted, 20)).isEqualTo("old and more");
    assertThat(content(restarted, 11)).isEqualTo("orphan");
  }
}
