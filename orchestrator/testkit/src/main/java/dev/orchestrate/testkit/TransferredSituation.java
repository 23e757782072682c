package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/**
 * A checkpoint that goes elsewhere: to another filesystem, where another program with a catalog of
 * its own receives it, as on another host.
 */
abstract class TransferredSituation extends Situation {
  private MountedFilesystem elsewhere;
  private Orchestrate other;
  private List<String> storedElsewhere;

  /** What receives; by default the same kind of filesystem, and the same backend. */
  protected TestFilesystem kindElsewhere() {
    return kind();
  }

  @BeforeEach
  void makeAnotherPlace() {
    needs(Claim.DISPOSABLE_VIEWS);
    needs(Claim.RECEIVING);
    other = newOrchestrate();
    atEnd(other::close);
    elsewhere = kindElsewhere().make(512 * MIB);
    atEnd(elsewhere::close);
    storedElsewhere = inventoryElsewhere();
  }

  Orchestrate other() {
    return other;
  }

  MountedFilesystem elsewhere() {
    return elsewhere;
  }

  List<String> inventoryElsewhere() {
    return kindElsewhere().inventory(elsewhere, other.state());
  }

  /** Of a subject with files of all kinds. */
  Checkpoint checkpointOfAllKinds() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    subject.tell("mkdir", at("d"), 755);
    subject.tell("open", 12, at("d"), "r");
    subject.tell("rmdir", at("d"));
    return checkpoint();
  }

  Path send(Checkpoint checkpoint, Object... options) {
    Path stream = filesystem().outside("streams").resolve("stream-" + checkpoint.id());
    Program.run("rm", "-f", stream);
    Object[] command =
        Stream.of(Stream.of("send", "-o", stream), Stream.of(options), Stream.of(checkpoint.id()))
            .flatMap(words -> words)
            .toArray();
    orchestrate().run(command).expect(0);
    return stream;
  }

  Outcome receive(Path stream, Object... options) {
    return other.run(receiveCommand(stream, options));
  }

  Object[] receiveCommand(Path stream, Object... options) {
    return Stream.of(
            Stream.of("receive", "--backend=" + kindElsewhere().backend(), "-i", stream),
            Stream.of(options),
            Stream.of(elsewhere.mountPoint()))
        .flatMap(words -> words)
        .toArray();
  }

  /** A receipt that has to fail in this way, in a line or two, and to leave nothing. */
  Outcome refusedReceipt(int status, Path stream) {
    Outcome outcome = receive(stream).expect(status);
    assertThat(outcome.err().lines().count()).as(outcome.toString()).isBetween(1L, 2L);
    assertThat(outcome.err()).doesNotContain("Exception");
    assertNothingElsewhere(outcome.toString());
    return outcome;
  }

  void assertNothingElsewhere(String when) {
    assertThat(other.run("list", "--json").expect(0).json()).as(when).isEmpty();
    assertThat(inventoryElsewhere()).as(when).isEqualTo(storedElsewhere);
    assertThat(elsewhere.strayMounts()).as(when).isEmpty();
    assertThat(other.run("recover").expect(0).out()).as(when).isEqualTo("nothing to recover\n");
  }

  /** Restarts what was received, with a subject as the command. */
  Subject restartElsewhere(Checkpoint checkpoint) {
    RunningProgram program = other.start("restart", checkpoint.id(), "--", SubjectProgram.path());
    return watched(program.subject());
  }
}
