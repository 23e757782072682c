package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.BackedUpSituation;
import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.SubjectProgram;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Trees that a backup program has restored, whole or not, are imported. */
@Tag("once")
class RestoredTreeIT extends BackedUpSituation {
  private static final int STRIDE = 12;

  private Subject subject;
  private Path folder;

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  @BeforeEach
  void holdFiles() {
    subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    folder = filesystem().outside("restored");
  }

  /**
   * What a backup program does, in one step.
   *
   * @param copy the command that copies {@code {}} to what is put behind
   * @return the checkpoint's id
   */
  private String copied(Path to, List<String> options, String... copy) {
    Object[] words =
        Stream.of(
                options.stream(),
                Stream.of(filesystem().mountPoint(), "--"),
                Stream.of(copy),
                Stream.of("{}", to))
            .flatMap(each -> each)
            .toArray();
    return checkpointOf(orchestrate().run(backupCommand(words)).expect(0).err());
  }

  private String copied(Path to) {
    return copied(to, List.of(), "cp", "--archive");
  }

  private Path relinks(Path tree, String id) {
    return tree.resolve("lost+found/checkpoint").resolve(id);
  }

  private Path orphan(Path tree, String id) {
    return Path.of(
        Program.run("grep", "-lx", "orphan", "-r", relinks(tree, id), "--exclude=manifest.json")
            .strip());
  }

  private Object[] importCommand(Object... words) {
    return Stream.of(
            Stream.of("import", "--backend=btrfs"),
            Stream.of(words),
            Stream.<Object>of(filesystem().mountPoint()))
        .flatMap(each -> each)
        .toArray();
  }

  private Outcome imported(Object... words) {
    return orchestrate().run(importCommand(words)).expect(0);
  }

  private Outcome refusedImport(int status, Object... words) {
    Outcome outcome = refused(status, importCommand(words));
    assertThat(outcome.err()).contains(folder.toString());
    nothingIsLeft();
    return outcome;
  }

  private Subject restarted(String id) {
    return watched(orchestrate().start("restart", id, "--", SubjectProgram.path()).subject());
  }

  /** In the view of a restarted program, which is thrown away; the checkpoint is deleted. */
  private void theWriteReaches(String id, String inB) {
    Subject restarted = restarted(id);
    restarted.tell("write", 10, " and more");
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    restarted.tell("open", 20, at("b"), "r");
    assertThat(content(restarted, 20)).isEqualTo(inB);
    assertThat(content(restarted, 10)).isEqualTo("old and more");
    showsAsDeleted(restarted, 10, at("a"));
    restarted.close();
    orchestrate().run("delete", id).expect(0);
    nothingIsLeft();
  }

  /** As where relinked files of a later backup were put beside those of an earlier one. */
  @Test
  void ofSeveralManifestsOneIsChosen() {
    Path tree = folder.resolve("tree");
    Path second = folder.resolve("second");
    String one = copied(tree);
    String two = copied(second);
    Program.run("cp", "--archive", relinks(second, two), tree.resolve("lost+found/checkpoint"));

    assertThat(refusedImport(3, tree).err()).contains(one, two, "--id");
    assertThat(refusedImport(3, "--id=0000", tree).err()).contains("0000", one, two);
    imported("--id=" + two.substring(0, 8), tree);
    assertThat(orchestrate().listed()).containsExactly(two);
    theWriteReaches(two, "old");
    imported("--id=" + one, tree);
    theWriteReaches(one, "old and more");
  }

  @Test
  void relinkedFilesMayHaveBeenInAnotherPlace() {
    Path tree = folder.resolve("tree");
    String template = "--relink-template=kept/{id}-files/{inode} {name}";
    String id = copied(tree, List.of(template), "cp", "--archive");
    assertThat(tree.resolve("kept").resolve(id + "-files").resolve("manifest.json")).exists();

    assertThat(refusedImport(8, tree).err()).contains("lost+found/checkpoint/ID/manifest.json");
    imported(template, tree);
    theWriteReaches(id, "old and more");
  }

  @Test
  void aManifestThatIsNotThereIsMissed() throws IOException {
    Path tree = folder.resolve("tree");
    String id = copied(tree, List.of(), "cp", "--archive");
    assertThat(refusedImport(8, folder).err()).contains("some folders below");

    Files.delete(relinks(tree, id).resolve("manifest.json"));

    assertThat(refusedImport(8, tree).err()).contains("lost+found/checkpoint/ID/manifest.json");
    assertThat(refusedImport(3, "--id=" + id, tree).err()).contains("left out of the backup");
  }

  @Test
  void aManifestInAnotherPlaceThanItSaysIsRefused() {
    Path tree = folder.resolve("tree");
    String id = copied(tree);
    Path other = relinks(tree, "0123456789ab");
    Program.run("mv", relinks(tree, id), other);

    assertThat(refusedImport(8, tree).err()).contains("says that it is", id, other.toString());
  }

  @Test
  void whatWasNotRestoredIsNamed() throws IOException {
    Path tree = folder.resolve("tree");
    String id = copied(tree);
    Path orphan = orphan(tree, id);
    Path aside = folder.resolve("aside");

    Program.run("cp", "--archive", orphan, aside);
    Program.run("truncate", "--size=3", orphan);
    assertThat(refusedImport(8, tree).err()).contains(orphan + ": has 3 bytes, and had 6");
    Files.delete(orphan);
    assertThat(refusedImport(8, tree).err()).contains(orphan + ": was not restored");
    Program.run("mkfifo", orphan);
    assertThat(refusedImport(8, tree).err()).contains(orphan + ": is a FIFO, and was a FILE");
    Files.delete(orphan);
    Program.run("ln", "-s", aside, orphan);
    assertThat(refusedImport(8, tree).err()).contains(orphan + ": is a SYMLINK");

    Program.run("mv", aside, orphan);
    assertThat(imported(tree).out()).contains(id);
    orchestrate().run("delete", id).expect(0);
  }

  /** Whoever made the tree may have put links to what is not theirs into it. */
  @Test
  void noLinkIsFollowed() throws IOException {
    Path tree = folder.resolve("tree");
    String id = copied(tree);
    Path manifest = relinks(tree, id).resolve("manifest.json");
    Path aside = folder.resolve("aside");
    for (Path part : List.of(manifest, relinks(tree, id), tree.resolve("lost+found"))) {
      Program.run("mv", part, aside);
      Program.run("ln", "-s", aside, part);
      refusedImport(8, tree);
      Files.delete(part);
      Program.run("mv", aside, part);
    }
    imported(tree);
    theWriteReaches(id, "old and more");
  }

  /** The restarted program has its file, but that has become two. */
  @Test
  void lostHardLinksAreTold() {
    Path tree = folder.resolve("tree");
    String id = copied(tree, List.of(), "cp", "-r", "--preserve=mode,ownership,timestamps");

    Outcome outcome = imported(tree);

    assertThat(outcome.err().lines().filter(line -> line.contains("no other name"))).hasSize(1);
    assertThat(outcome.err()).contains(relinks(tree, id).toString(), "and had 1");
    assertThat(orchestrate().run("show", id).expect(0).out()).contains("no other name");
    theWriteReaches(id, "old");
  }

  @Test
  void aTreeIsNotStoredInItself() {
    Program.run("btrfs", "--quiet", "subvolume", "create", at("data"));
    rememberStored();
    String id = copied(folder.resolve("tree"));
    Program.run("cp", "--archive", folder.resolve("tree") + "/.", at("data"));
    Object[] command = {"import", "--backend=btrfs", at("data"), at("data")};

    assertThat(refused(7, command).err()).contains(at("data") + ": ", "stored in this folder");
    nothingIsLeft();
    Program.run("mkdir", at("snapshots"));
    orchestrate()
        .run("import", "--snapshot-dir", at("snapshots"), at("data"), at("data"))
        .expect(0);

    Subject restarted = restarted(id);
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    restarted.close();
    orchestrate().run("delete", id).expect(0);
    nothingIsLeft();
  }

  @Test
  void eachMemberOfASetIsImportedByItself() {
    MountedFilesystem other = kind().make(512 * MIB);
    atEnd(other::close);
    subject.tell("open", 20, other.path("there"), "rw,creat");
    subject.tell("write", 20, "there");
    subject.tell("unlink", other.path("there"));
    String copy = "for each; do n=$((n + 1)); cp --archive \"$each\" \"$0/$n\"; done";
    Object[] words = {
      filesystem().mountPoint(), other.mountPoint(), "--", "sh", "-c", copy, folder, "{}"
    };
    orchestrate().run(backupCommand(words)).expect(0);
    subject.close();

    for (MountedFilesystem each : List.of(filesystem(), other)) {
      Path tree = folder.resolve(each == filesystem() ? "1" : "2");
      orchestrate().run("import", "--backend=btrfs", tree, each.mountPoint()).expect(0);
    }

    JsonNode list = orchestrate().run("list", "--json").expect(0).json();
    String set = list.get(0).required("set").textValue();
    Subject restarted = restarted(set);
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    assertThat(content(restarted, 20)).isEqualTo("there");
    restarted.close();
    orchestrate().run("delete", set).expect(0);
    nothingIsLeft();
  }

  @Test
  void anImportIsKilledAtSomeSteps() throws IOException {
    Path tree = folder.resolve("tree");
    String id = copied(tree);
    Path steps = filesystem().outside("steps").resolve("list");
    orchestrate().runBroken("count:" + steps, importCommand(tree)).expect(0);
    orchestrate().run("delete", id).expect(0);
    long count = Files.readAllLines(steps).size();
    assertThat(count).isGreaterThan(STRIDE);

    for (long step = 1; step <= count; step += STRIDE) {
      orchestrate().runBroken("kill:" + step, importCommand(tree)).expect(137);
      orchestrate().run("recover").expect(0);
      assertThat(inventory()).as("killed at step %d of %d", step, count).isEqualTo(stored());
    }

    nothingIsLeft();
    imported(tree);
    theWriteReaches(id, "old and more");
  }
}
