package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A folder like any other of a filesystem that has more than that: nobody else is frozen. */
@Tag("once")
class FolderIT extends Situation {

  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }

  @BeforeEach
  void makeFolders() {
    Program.run("mkdir", at("folder"), at("folder-2"));
    rememberStored();
  }

  @Test
  void whoHoldsNothingInTheFolderIsNotFrozenAndNothingOfTheirsRelinked() {
    Subject inside = newSubject();
    openOrphan(inside, 10, "folder/orphan", "inside");
    Subject outside = newSubject();
    outside.tell("chdir", at("."));
    outside.tell("open", 10, at("named"), "rw,creat");
    openOrphan(outside, 11, "folder-2/orphan", "outside");

    Checkpoint checkpoint = checkpointOf(at("folder"));

    assertThat(checkpoint.processes()).containsExactly(inside.pid());
    hasOriginal(checkpoint.relink(), "orphan");
  }

  /** One process may hold both, and is given back what was in the folder. */
  @Test
  void whatAProcessHoldsBesidesIsNotItsConcern() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "folder/orphan", "inside");
    subject.tell("open", 11, at("named"), "rw,creat");

    Checkpoint checkpoint = checkpointOf(at("folder"));

    assertThat(manifest(checkpoint).path("descriptions")).hasSize(1);
    assertThat(content(restart(checkpoint), 10)).isEqualTo("inside");
  }

  /** Nobody can tell what that was a mount of; rather one too many is frozen than one too few. */
  @Test
  void whoHoldsSomethingThroughAMountThatIsGoneIsFrozen() {
    Program.run("touch", at("folder/file"));
    Program.run("mkdir", at("place"));
    Program.run("mount", "--bind", at("folder"), at("place"));
    Subject subject = newSubject();
    subject.tell("open", 10, at("place/file"), "rw");
    Program.run("umount", "--lazy", at("place"));

    assertThat(checkpointOf(at("folder")).processes()).containsExactly(subject.pid());
  }

  @Test
  void aBindMountOfTheFolderIsTheFolder() {
    Program.run("touch", at("folder/file"));
    Program.run("mkdir", at("place"));
    Program.run("mount", "--bind", at("folder"), at("place"));
    atEnd(() -> Program.run("umount", at("place")));
    Subject bound = newSubject();
    bound.tell("open", 10, at("place/file"), "rw");
    Subject outside = newSubject();
    outside.tell("open", 10, at("named"), "rw,creat");

    List<Long> ofTheFolder = checkpointOf(at("folder")).processes();
    List<Long> ofTheMount = checkpointOf(at("place")).processes();

    assertThat(List.of(ofTheFolder, ofTheMount))
        .allSatisfy(processes -> assertThat(processes).containsExactly(bound.pid()));
  }
}
