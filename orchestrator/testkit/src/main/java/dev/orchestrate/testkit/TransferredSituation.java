package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/**
 * A checkpoint that goes elsewhere: to another filesystem, where another program with a catalog of
 * its own receives it, as on another host.
 */
public abstract class TransferredSituation extends Situation {
  private MountedFilesystem elsewhere;
  private Orchestrate other;
  private List<String> storedElsewhere;
  private List<String> listedElsewhere = List.of();

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
    elsewhere = kindElsewhere().make(size());
    atEnd(elsewhere::close);
    storedElsewhere = inventoryElsewhere();
  }

  Orchestrate other() {
    return other;
  }

  protected MountedFilesystem elsewhere() {
    return elsewhere;
  }

  List<String> inventoryElsewhere() {
    return kindElsewhere().inventory(elsewhere, other.state());
  }

  /** Of a subject with files of all kinds. */
  protected Checkpoint checkpointOfAllKinds(Object... options) {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    subject.tell("mkdir", at("d"), 755);
    subject.tell("open", 12, at("d"), "r");
    subject.tell("rmdir", at("d"));
    return checkpoint(options);
  }

  protected Path send(Checkpoint checkpoint, Object... options) {
    Path stream = filesystem().outside("streams").resolve("stream-" + checkpoint.id());
    Program.run("rm", "-f", stream);
    Object[] command =
        Stream.of(Stream.of("send", "-o", stream), Stream.of(options), Stream.of(checkpoint.id()))
            .flatMap(words -> words)
            .toArray();
    orchestrate().run(command).expect(0);
    return stream;
  }

  /** One with these bytes, instead of what was sent. */
  Path streamOf(byte[] bytes) {
    return StreamRecords.write(filesystem().outside("streams").resolve("bad"), bytes);
  }

  protected Outcome receive(Path stream, Object... options) {
    return other.run(receiveCommand(stream, options));
  }

  /** The same where the other host has the tree in another place than at the top. */
  protected Outcome receiveAt(Path place, Path stream) {
    return other.run(receiveCommandAt(place, stream));
  }

  Object[] receiveCommand(Path stream, Object... options) {
    return receiveCommandAt(elsewhere.mountPoint(), stream, options);
  }

  private Object[] receiveCommandAt(Path place, Path stream, Object... options) {
    return Stream.of(
            Stream.of("receive", "--backend=" + kindElsewhere().backend(), "-i", stream),
            kindElsewhere().options(elsewhere),
            Stream.of(options),
            Stream.of(place))
        .flatMap(words -> words)
        .toArray();
  }

  /** What comes from elsewhere, received where it was first. */
  Object[] receiveHereCommand(Path stream) {
    return Stream.of(
            Stream.of("receive", "--backend=" + kind().backend(), "-i", stream),
            kind().options(filesystem()),
            Stream.of(filesystem().mountPoint()))
        .flatMap(words -> words)
        .toArray();
  }

  /** A receipt that has to fail in this way, in a line or two, and to leave nothing. */
  Outcome refusedReceipt(int status, Path stream) {
    return refusedElsewhere(receive(stream).expect(status));
  }

  /** What has failed did so in a line or two, and has left nothing. */
  Outcome refusedElsewhere(Outcome outcome) {
    assertThat(outcome.err().lines().count()).as(outcome.toString()).isBetween(1L, 2L);
    assertThat(outcome.err()).doesNotContain("Exception");
    assertNothingElsewhere(outcome.toString());
    return outcome;
  }

  /** From now on, what is there elsewhere is to stay, and nothing is to be beside it. */
  void rememberElsewhere() {
    listedElsewhere = other.listed();
    storedElsewhere = inventoryElsewhere();
  }

  void assertNothingElsewhere(String when) {
    assertThat(other.listed()).as(when).isEqualTo(listedElsewhere);
    assertThat(inventoryElsewhere()).as(when).isEqualTo(storedElsewhere);
    assertThat(elsewhere.strayMounts()).as(when).isEmpty();
    assertThat(other.run("recover").expect(0).out()).as(when).isEqualTo("nothing to recover\n");
  }

  /** All that matters of the stored tree, as a view here shows it. */
  List<String> descriptionHere(Checkpoint checkpoint) {
    return inView(orchestrate(), filesystem(), checkpoint, TransferredSituation::description);
  }

  List<String> descriptionElsewhere(Checkpoint checkpoint) {
    return inViewElsewhere(checkpoint, TransferredSituation::description);
  }

  long kibElsewhere(Checkpoint checkpoint, String name) {
    return inViewElsewhere(
        checkpoint,
        view ->
            Long.parseLong(
                Program.run("du", "--block-size=1K", view.resolve(name)).split("\t")[0]));
  }

  <T> T inViewElsewhere(Checkpoint checkpoint, Function<Path, T> look) {
    return inView(other, elsewhere, checkpoint, look);
  }

  private static <T> T inView(
      Orchestrate by, MountedFilesystem at, Checkpoint checkpoint, Function<Path, T> look) {
    Path view = at.outside("view");
    by.run("mount", checkpoint.id(), view).expect(0);
    try {
      return look.apply(view);
    } finally {
      by.run("umount", view).expect(0);
    }
  }

  /**
   * All but the manifest, which tells where it is stored, and its folder. Which names are links of
   * one file is told by the first of them.
   */
  private static List<String> description(Path view) {
    String script =
        """
        cd "$0"
        names() { find . -path ./lost+found -prune -o -print0 | LC_ALL=C sort -z; }
        find . -path ./lost+found -prune -o \\
          -printf '%P %y %m %U %G %T@ %l ' \\( ! -type d -printf '%s ' -o -true \\) -printf '\\0' |
          tr '\\n\\0' '?\\n' | LC_ALL=C sort
        names | xargs -0 getfattr -h -d -m '^user' -- 2>&1
        names | xargs -0 getfacl -nP -- 2>&1
        find . -path ./lost+found -prune -o ! -type d -printf '%P\\0%i\\0' | tr '\\n\\0' '?\\n' |
          paste - - | LC_ALL=C sort |
          awk -F '\\t' '$2 in first { print "link", $1, first[$2]; next } { first[$2] = $1 }'
        names | xargs -0 sh -c 'for f; do [ -h "$f" ] || [ ! -f "$f" ] || md5sum "$f"; done' -
        find lost+found -printf '%P %y\\n' | grep /checkpoint/ | LC_ALL=C sort
        """;
    return Program.run("bash", "-c", script, view).lines().toList();
  }

  /** Restarts what was received, with a subject as the command. */
  protected Subject restartElsewhere(Checkpoint checkpoint) {
    RunningProgram program = other.start("restart", checkpoint.id(), "--", SubjectProgram.path());
    return watched(program.subject());
  }

  /**
   * Restarts what was received and writes to what was {@code a} once, which is b. That may have
   * holes, which are not looked at.
   *
   * @param top where the tree's is there
   */
  protected Subject writeToBElsewhere(Checkpoint checkpoint, Path top) {
    Subject restarted = restartElsewhere(checkpoint);
    restarted.tell("write", 10, " and more");
    assertThat(written(restarted, 10)).isEqualTo("old and more");
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    restarted.tell("open", 20, top.resolve("b"), "r");
    assertThat(written(restarted, 20)).isEqualTo("old and more");
    restarted.tell("open", 21, top.resolve("a"), "r");
    assertThat(content(restarted, 21)).isEqualTo("new");
    if (kindElsewhere().claims().contains(Claim.ORIGINAL_NAMES)) {
      showsAsDeleted(restarted, 10, top.resolve("a"));
      showsAsDeleted(restarted, 11, top.resolve("orphan"));
    }
    return restarted;
  }

  private static String written(Subject subject, int descriptor) {
    return content(subject, descriptor).replace("\0", "");
  }
}
