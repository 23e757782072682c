package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Trees that a program backs up while others write to them, and that are restored elsewhere. */
public abstract class BackedUpSituation extends Situation {
  private static final Pattern MADE = Pattern.compile("orchestrate: checkpoint (\\w{12}) of ");
  private static final long RECORDS_BEFORE = 200;
  private static final int CHAIN_WITHOUT_NAME = 10;
  private static final int CHAIN_WITH_ANOTHER_NAME = 11;
  private static final int ORPHAN = 12;
  private static final int OTHER_NAME = 13;
  private static final String IN_ORPHAN = "of the orphan";

  /** In bytes; chains.h. */
  private static final int RECORD = 16;

  /** How a program backs a tree up, and gives it back. */
  public interface BackupProgram {
    /** What goes behind {@code orchestrate backup PATH --}. */
    List<Object> backUp();

    /**
     * Restores into an empty folder.
     *
     * @param top of the tree that was backed up, as the program saw it
     * @return where that is now
     */
    Path restore(Path top, Path folder);
  }

  protected Object[] backupCommand(Object... words) {
    return Stream.concat(Stream.of("backup", "--backend=" + kind().backend()), Stream.of(words))
        .toArray();
  }

  /** Has a command read the filesystem under test. */
  protected Outcome backUp(Object... command) {
    List<Object> words = new ArrayList<>(List.of(filesystem().mountPoint(), "--"));
    words.addAll(Arrays.asList(command));
    return orchestrate().run(backupCommand(words.toArray()));
  }

  /** The checkpoint that a backup says to have made. */
  protected static String checkpointOf(String err) {
    Matcher matcher = MADE.matcher(err);
    assertThat(matcher.find()).as("names its checkpoint: " + err).isTrue();
    return matcher.group(1);
  }

  protected void nothingIsLeft() {
    assertThat(orchestrate().run("list", "--json").expect(0).json()).as("checkpoints").isEmpty();
    assertThat(inventory()).as("what is stored").isEqualTo(stored());
    assertThat(filesystem().strayMounts()).as("mounts").isEmpty();
    nothingIsLeftToRecover();
  }

  /**
   * Backs up while a process appends to files that have lost their names, and restores: what had
   * its name is as it is in the live tree, what had none is in the relink folder, and all that was
   * written to is of one moment. From what was restored, and nothing else, it is restarted.
   */
  protected void isRestoredAsItWas(BackupProgram program) {
    makeStillFiles();
    Rendezvous rendezvous = newRendezvous();
    RunningProgram running = rendezvous.start(SubjectProgram.path());
    atEnd(running::close);
    Subject writer = watched(rendezvous.next());
    startWriting(writer);
    Tree before = filesystem().tree(kind());
    long reachedBefore = writer.tell("chain", "reached").number();

    Outcome outcome = backUp(program.backUp().toArray()).expect(0);
    long reachedAfter = writer.tell("chain", "reached").number();
    writer.tell("chain", "stop");

    nothingIsLeft();
    assertThat(filesystem().tree(kind())).as("the live tree").isEqualTo(before);
    Path restored = program.restore(filesystem().mountPoint(), filesystem().outside("restored"));
    assertThat(listed(restored.resolve("still"))).isEqualTo(listed(at("still")));
    Program.run("diff", "-r", at("still/d e"), restored.resolve("still/d e"));
    String id = checkpointOf(outcome.err());
    Path relinks = restored.resolve("lost+found/checkpoint").resolve(id);
    JsonNode manifest = Outcome.parse(Program.read(relinks.resolve("manifest.json")));
    assertThat(Program.read(restored.resolve(relinked(manifest, "orphan")))).isEqualTo(IN_ORPHAN);
    requireOneMoment(
        restored.resolve(relinked(manifest, "chain")),
        restored.resolve("log.1"),
        reachedBefore,
        reachedAfter);
    writer.close();
    running.awaitExit();
    if (claims(Claim.RECEIVING)) {
      isRestarted(restored, id, rendezvous);
    }
  }

  /** On another filesystem, as after the loss of this one; what was restored is only read. */
  private void isRestarted(Path restored, String id, Rendezvous rendezvous) {
    MountedFilesystem elsewhere = kind().make(512 * MIB);
    atEnd(elsewhere::close);
    String before = inodes(restored);

    Outcome imported =
        orchestrate()
            .run("import", "--backend=" + kind().backend(), restored, elsewhere.mountPoint())
            .expect(0);

    assertThat(imported.out()).startsWith("imported checkpoint " + id + " of ");
    assertThat(imported.err()).doesNotContain("no other name");
    assertThat(inodes(restored)).as("what was restored").isEqualTo(before);
    assertThat(elsewhere.path("still")).as("in the live tree").doesNotExist();
    RunningProgram one = orchestrate().start("restart", id, "--", SubjectProgram.path());
    hasItsFilesAgain(watched(one.subject()), elsewhere);
    RunningProgram all = orchestrate().start("restart", "--all", id);
    atEnd(all::close);
    hasItsFilesAgain(watched(rendezvous.next()), elsewhere);
    assertThat(all.awaitExit()).isZero();
    orchestrate().run("delete", id).expect(0);
    nothingIsLeft();
  }

  private static String inodes(Path top) {
    return Program.run("find", top, "-printf", "%P %i %n %m %U %s %T@ %C@\\0");
  }

  private void hasItsFilesAgain(Subject subject, MountedFilesystem elsewhere) {
    assertThat(content(subject, ORPHAN)).isEqualTo(IN_ORPHAN);
    assertThat(subject.tell("tell", ORPHAN).number()).as("offset").isEqualTo(IN_ORPHAN.length());
    Reply chains = subject.tell("chain", "verify", CHAIN_WITHOUT_NAME, CHAIN_WITH_ANOTHER_NAME);
    assertThat(subject.tell("tell", CHAIN_WITHOUT_NAME).number())
        .as("offset behind whole records")
        .isEqualTo(chains.number(0) * RECORD);
    assertThat(subject.tell("getfl", CHAIN_WITH_ANOTHER_NAME).words()).contains("rw", "append");
    showsAsDeleted(subject, CHAIN_WITH_ANOTHER_NAME, elsewhere.path("log"));

    subject.tell("seek", CHAIN_WITH_ANOTHER_NAME, 0);
    subject.tell("write", CHAIN_WITH_ANOTHER_NAME, "and more");

    subject.tell("open", OTHER_NAME, elsewhere.path("log.1"), "r");
    long end = chains.number(1) * RECORD;
    assertThat(subject.tell("pread", OTHER_NAME, end, 100).text()).isEqualTo("and more");
    assertThat(subject.tell("readlink", OTHER_NAME).text())
        .isEqualTo(elsewhere.path("log.1").toString());
    assertThat(subject.attempt("open", OTHER_NAME + 1, elsewhere.path("log"), "r").error())
        .isEqualTo("ENOENT");
    subject.close();
  }

  private void makeStillFiles() {
    Path still = at("still");
    Program.run("mkdir", "-m", "750", still, still.resolve("d e"));
    Program.run("cp", SubjectProgram.path(), still.resolve("d e/program"));
    Program.run("ln", still.resolve("d e/program"), still.resolve("other name"));
    Program.run("ln", "-s", "/nowhere", still.resolve("link"));
    Program.run("mkfifo", still.resolve("fifo"));
    Program.run("chown", "nobody:nogroup", still.resolve("other name"));
    Program.run("touch", "-d", "2001-02-03 04:05:06.789", still.resolve("a\nb"), still);
  }

  private void startWriting(Subject writer) {
    openOrphan(writer, ORPHAN, "orphan", IN_ORPHAN);
    openOrphan(writer, CHAIN_WITHOUT_NAME, "chain", "");
    writer.tell("open", CHAIN_WITH_ANOTHER_NAME, at("log"), "rw,creat,excl,append");
    writer.tell("link", at("log"), at("log.1"));
    writer.tell("unlink", at("log"));
    Path passing = filesystem().outside("passing");
    writer.tell("chain", "start", CHAIN_WITHOUT_NAME, CHAIN_WITH_ANOTHER_NAME, passing);
    Deadline.require(
        "records are written", () -> writer.tell("chain", "reached").number() > RECORDS_BEFORE);
  }

  /** All but contents, which are for diff(1), and the link counts of folders. */
  private static List<String> listed(Path top) {
    String each = "%P\t%y\t%m\t%U\t%G\t%TY-%Tm-%Td %TT\t%l";
    return Program.run(
            "find", top, "-type", "d", "-printf", each + "\\0", "-o", "-printf", each + "\t%n\\0")
        .transform(all -> Arrays.stream(all.split("\0", -1)).sorted().toList());
  }

  private static Path relinked(JsonNode manifest, String original) {
    return Checkpoint.stream(manifest.required("relinks"))
        .filter(relink -> relink.required("original").asText().equals(original))
        .map(relink -> Path.of(relink.required("relinked").textValue()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no relink of " + original + ": " + manifest));
  }

  private void requireOneMoment(Path first, Path second, long before, long after) {
    Subject reader = newSubject();
    reader.tell("open", CHAIN_WITHOUT_NAME, first, "r");
    reader.tell("open", CHAIN_WITH_ANOTHER_NAME, second, "r");
    Reply found = reader.tell("chain", "verify", CHAIN_WITHOUT_NAME, CHAIN_WITH_ANOTHER_NAME);
    String what = "records in both: " + found;
    assertThat(found.number(0)).as(what).isBetween(found.number(1), found.number(1) + 1);
    assertThat(found.number(1)).as(what).isBetween(before, after);
  }
}
