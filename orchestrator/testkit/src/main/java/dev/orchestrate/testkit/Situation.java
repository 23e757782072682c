package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What tests with living processes have in common: a new filesystem and an empty catalog for each,
 * and afterwards a look at whether anything was left behind.
 */
@RequiresRoot
@ExtendWith(SituationResults.class)
public abstract class Situation {
  protected static final long MIB = 1L << 20;
  protected static final long GIB = 1L << 30;

  private final Deque<Runnable> endings = new ArrayDeque<>();
  private final List<Subject> subjects = new ArrayList<>();
  private MountedFilesystem filesystem;
  private Orchestrate orchestrate;
  private Set<Path> cgroups;
  private List<String> stored;

  /** Which kind of filesystem, and which backend for it. */
  protected abstract TestFilesystem kind();

  /** The program, with the plugins that the tests need, and an empty catalog. */
  protected Orchestrate newOrchestrate() {
    return Orchestrate.ofThisModule();
  }

  /** How large filesystems are, in bytes. */
  protected long size() {
    return 512 * MIB;
  }

  @BeforeEach
  void begin() {
    cgroups = Cgroups.ours();
    orchestrate = newOrchestrate();
    useFilesystemOf(size());
  }

  @AfterEach
  void nothingRemains() {
    assertAll(
        Stream.of(
            this::everybodyIsThawed,
            this::endAll,
            this::noViewRemains,
            this::noCgroupRemains,
            filesystem::close,
            orchestrate::close));
  }

  private void everybodyIsThawed() {
    subjects.forEach(Subject::requireAlive);
  }

  private void endAll() {
    assertAll(endings.stream().map(ending -> ending::run));
  }

  private void noViewRemains() {
    assertThat(filesystem.strayMounts()).as("mounts left behind").isEmpty();
    assertThat(inventory()).as("what the backend stores").isEqualTo(stored);
  }

  private void noCgroupRemains() {
    Deadline.require("new cgroups are gone", () -> cgroups.containsAll(Cgroups.ours()));
  }

  /** Goes on with a filesystem of another size. */
  protected void useFilesystemOf(long bytes) {
    if (filesystem != null) {
      filesystem.close();
    }
    filesystem = kind().make(bytes);
    rememberStored();
  }

  /** What the backend stored when that was last as it should be. */
  protected List<String> stored() {
    return stored;
  }

  /** From now on, what the backend stores is to stay as it is. */
  protected void rememberStored() {
    stored = inventory();
  }

  /** No command that was interrupted has left anything. */
  protected void nothingIsLeftToRecover() {
    assertThat(orchestrate.run("recover").expect(0).out()).isEqualTo("nothing to recover\n");
  }

  /** What the backend stores now. */
  protected List<String> inventory() {
    return kind().inventory(filesystem, orchestrate.state());
  }

  /** Goes on only if the backend claims to be able to. */
  protected void needs(Claim claim) {
    assumeTrue(
        kind().claims().contains(claim),
        () -> kind().backend() + " does not claim: " + claim.meaning());
  }

  protected boolean claims(Claim claim) {
    return kind().claims().contains(claim);
  }

  /** What the kernel shows for an unlinked file is looked at only where that can be as it was. */
  protected void showsAsDeleted(Subject subject, int descriptor, Path name) {
    if (claims(Claim.ORIGINAL_NAMES)) {
      assertThat(subject.tell("readlink", descriptor).text()).isEqualTo(name + " (deleted)");
    }
  }

  /** The same for the name that a relink is recorded with, relative to the target. */
  protected void hasOriginal(Checkpoint.Relink relink, String name) {
    if (claims(Claim.ORIGINAL_NAMES)) {
      assertThat(relink.original().text()).isEqualTo(name);
    }
  }

  /** How many names the inode has; not looked at where others may count. */
  protected void hasLinks(Subject subject, int descriptor, int links) {
    if (claims(Claim.LINK_COUNTS)) {
      assertThat(subject.tell("stat", descriptor).number(3)).as("links").isEqualTo(links);
    }
  }

  /** What the live tree has; a view that is the live tree may have changed it. */
  protected void liveTreeHas(String name, String content) {
    if (claims(Claim.DISPOSABLE_VIEWS)) {
      assertThat(Program.read(at(name))).as(name + " in the live tree").isEqualTo(content);
    }
  }

  protected MountedFilesystem filesystem() {
    return filesystem;
  }

  protected Orchestrate orchestrate() {
    return orchestrate;
  }

  /** A path in the filesystem under test. */
  protected Path at(String name) {
    return filesystem.path(name);
  }

  /** Has something closed when the test ends, last come first. */
  protected void atEnd(Runnable ending) {
    endings.push(ending);
  }

  protected Subject newSubject() {
    return watched(Subject.start());
  }

  /** The same, run by user nobody, perhaps with further options of setpriv(1). */
  protected Subject newSubjectOfNobody(Object... options) {
    Stream<Object> words = Stream.concat(Stream.of(options), Stream.of(SubjectProgram.path()));
    return watched(Subject.start(OrdinaryUser.command(words.toArray()).toArray()));
  }

  /** Has this subject closed at the end, and looked after until then. */
  protected Subject watched(Subject subject) {
    subjects.add(subject);
    atEnd(subject::close);
    return subject;
  }

  protected Rendezvous newRendezvous() {
    Rendezvous rendezvous = new Rendezvous();
    atEnd(rendezvous::close);
    return rendezvous;
  }

  /**
   * Takes a checkpoint of the filesystem, which has to succeed and to leave the live tree alone.
   */
  protected Checkpoint checkpoint(Object... options) {
    return checkpointOf(filesystem.mountPoint(), options);
  }

  protected Checkpoint checkpointOf(Path target, Object... options) {
    Tree before = filesystem.tree(kind());
    Outcome outcome = orchestrate.run(checkpointCommand(target, options)).expect(0);
    assertThat(filesystem.tree(kind())).as("the live tree").isEqualTo(before);
    rememberStored();
    return new Checkpoint(outcome.json());
  }

  protected Object[] checkpointCommand(Path target, Object... options) {
    Stream<Object> command = Stream.of("checkpoint", "--json", "--backend=" + kind().backend());
    return Stream.of(command, kind().options(filesystem), Stream.of(options), Stream.of(target))
        .flatMap(words -> words)
        .toArray();
  }

  /** Takes a checkpoint that has to fail in this way, and to change nothing. */
  protected Outcome refusedCheckpoint(int status, Object... options) {
    return refused(status, checkpointCommand(filesystem.mountPoint(), options));
  }

  /** Runs a command that has to fail in this way: with a line or two, and without any change. */
  protected Outcome refused(int status, Object... command) {
    return refused(orchestrate, status, command);
  }

  protected Outcome refused(Orchestrate by, int status, Object... command) {
    Tree before = filesystem.tree(kind());
    String catalog = catalog(by);
    Outcome outcome = by.run(command).expect(status);
    assertThat(outcome.err().lines().count()).as(outcome.toString()).isBetween(1L, 2L);
    assertThat(outcome.err()).doesNotContain("Exception");
    assertThat(filesystem.tree(kind())).as("the live tree").isEqualTo(before);
    assertThat(catalog(by)).as("the catalog").isEqualTo(catalog);
    noViewRemains();
    everybodyIsThawed();
    return outcome;
  }

  private static String catalog(Orchestrate by) {
    return Program.attempt(
            "find", by.state().resolve("checkpoints"), "-type", "f", "-printf", "%P %s %T@\n")
        .out()
        .lines()
        .sorted()
        .toList()
        .toString();
  }

  /** The manifest in the catalog. */
  protected JsonNode manifest(Checkpoint checkpoint) {
    return Outcome.parse(Program.read(orchestrate.manifest(checkpoint.id())));
  }

  /** Restarts with a subject as the command. */
  protected Subject restart(Checkpoint checkpoint, Object... options) {
    return startRestart(checkpoint, options).subject();
  }

  /** The same, for tests that look at the program around the subject too. */
  protected RunningProgram startRestart(Checkpoint checkpoint, Object... options) {
    Object[] command =
        Stream.of(
                Stream.of("restart"),
                Stream.of(options),
                Stream.of(checkpoint.id(), "--", SubjectProgram.path()))
            .flatMap(words -> words)
            .toArray();
    RunningProgram program = orchestrate.start(command);
    watched(program.subject());
    return program;
  }

  /** Relaunches every recorded process; the subjects come to their rendezvous by themselves. */
  protected RunningProgram restartAll(Checkpoint checkpoint) {
    RunningProgram program = orchestrate.start("restart", "--all", checkpoint.id());
    atEnd(program::close);
    return program;
  }

  /**
   * The opening of the story: {@code a} is open at a descriptor, lives on as b, and there is a new
   * a.
   */
  protected void replaceA(Subject subject, int descriptor) {
    replaceA(subject, descriptor, filesystem.mountPoint());
  }

  /** The same by a subject that sees the filesystem at {@code top}. */
  protected void replaceA(Subject subject, int descriptor, Path top) {
    Path a = top.resolve("a");
    subject.tell("open", descriptor, a, "rw,creat");
    subject.tell("write", descriptor, "old");
    subject.tell("link", a, top.resolve("b"));
    subject.tell("unlink", a);
    subject.tell("creat", a, "new");
  }

  /** Opens a file with this content that has no name any more. */
  protected void openOrphan(Subject subject, int descriptor, String name, String content) {
    subject.tell("open", descriptor, at(name), "rw,creat,excl");
    subject.tell("write", descriptor, content);
    subject.tell("unlink", at(name));
  }

  /** All that a descriptor's file contains, up to 64 KiB. */
  protected static String content(Subject subject, int descriptor) {
    return subject.tell("pread", descriptor, 0, 65536).text();
  }
}
