package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BackedUpSituation;
import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What backup programs make of a view: restic(1), borg(1), and tar(1) for an ordinary user. */
@Tag("once")
class BackupProgramsIT extends BackedUpSituation {
  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  /** Takes absolute paths, and gives them back below the folder. */
  private record Restic(Path repository, Path cache) implements BackupProgram {
    List<Object> command(Object... words) {
      List<Object> command =
          new ArrayList<>(
              List.of(
                  "env",
                  "RESTIC_PASSWORD=secret",
                  "restic",
                  "--quiet",
                  "--cache-dir=" + cache,
                  "--repo=" + repository));
      command.addAll(Arrays.asList(words));
      return command;
    }

    @Override
    public List<Object> backUp() {
      return command("backup", "{}");
    }

    @Override
    public Path restore(Path top, Path folder) {
      Program.run(command("restore", "latest", "--target", folder).toArray());
      return below(folder, top);
    }
  }

  /** The same. */
  private record Borg(Path repository, Path base) implements BackupProgram {
    List<Object> command(Object... words) {
      List<Object> command = new ArrayList<>(List.of("env", "BORG_BASE_DIR=" + base, "borg"));
      command.addAll(Arrays.asList(words));
      return command;
    }

    @Override
    public List<Object> backUp() {
      return command("create", repository + "::one", "{}");
    }

    @Override
    public Path restore(Path top, Path folder) {
      List<Object> words = new ArrayList<>(List.of("env", "--chdir=" + folder));
      words.addAll(command("extract", repository + "::one"));
      Program.run(words.toArray());
      return below(folder, top);
    }
  }

  private static Path below(Path folder, Path absolute) {
    return folder.resolve(Path.of("/").relativize(absolute));
  }

  @Test
  void resticRestoresTheTreeAndTheFilesWithoutName() {
    Restic restic = new Restic(filesystem().outside("repository"), filesystem().outside("cache"));
    Program.run(restic.command("init").toArray());

    isRestoredAsItWas(restic);

    Program.run(restic.command("check", "--read-data").toArray());
  }

  /** By their paths and inode numbers, which are those of the live tree. */
  @Test
  void resticReadsWhatHasNotChangedOnlyOnce() {
    Restic restic = new Restic(filesystem().outside("repository"), filesystem().outside("cache"));
    Program.run(restic.command("init").toArray());
    Program.run("mkdir", at("d"));
    Program.run("dd", "if=/dev/urandom", "of=" + at("d/file"), "bs=1M", "count=4", "status=none");
    backUp(restic.command("backup", "{}").toArray()).expect(0);

    String report = backUp(restic.command("backup", "--json", "{}").toArray()).expect(0).out();

    assertThat(report)
        .as("the manifest is new")
        .contains("\"files_new\":1,\"files_changed\":0,\"files_unmodified\":1,");
    nothingIsLeft();
  }

  @Test
  void borgRestoresTheTreeAndTheFilesWithoutName() {
    Borg borg = new Borg(filesystem().outside("repository"), filesystem().outside("base"));
    Program.run(borg.command("init", "--encryption=none", borg.repository()).toArray());

    isRestoredAsItWas(borg);

    Program.run(borg.command("check", "--verify-data", borg.repository()).toArray());
  }

  /**
   * The view can't be shown at the path for them: by that, the command would read the live tree.
   */
  @Test
  void anOrdinaryUsersCommandIsToldWhereTheViewIs() {
    Program.run("btrfs", "--quiet", "subvolume", "create", at("home"));
    Program.run("chown", "nobody:nogroup", at("home"));
    Program.run("touch", at("home/file"));
    rememberStored();
    Orchestrate nobody = Orchestrate.ofThisModuleAsNobody();
    atEnd(nobody::close);

    String listed =
        nobody.run(backupCommand(at("home"), "--", "ls", "-d", "{}/file")).expect(0).out();
    String refused =
        nobody.run(backupCommand(at("home"), "--", "ls", at("home"))).expect(125).err();

    assertThat(listed).startsWith(at("home/.orchestrate") + "/").contains("/view-");
    assertThat(refused).contains("would not read the checkpoint", "write {} in the command");
    assertThat(inventory()).as("what is stored").isEqualTo(stored());
    assertThat(nobody.run("list", "--json").expect(0).json()).isEmpty();
  }
}
