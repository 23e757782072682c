package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.OwnThread;
import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.IncrementalSituations;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.RequiresRoot;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import dev.orchestrate.testkit.TransferSituations;
import dev.orchestrate.testkit.TransferredSituation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one backend to another, and from one kind of filesystem to another. */
@Tag("once")
class TransferIT {
  private static final String BTRFS_PLUGIN = "orchestrate-btrfs";

  @Nested
  class FromBtrfs extends TransferSituations {
    @Override
    protected TestFilesystem kind() {
      return new BtrfsOnLoop();
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return CopiedFilesystem.EXT4;
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return Orchestrate.withPlugins(BTRFS_PLUGIN);
    }
  }

  @Nested
  class ToBtrfs extends TransferSituations {
    @Override
    protected TestFilesystem kind() {
      return CopiedFilesystem.EXT4;
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return new BtrfsOnLoop();
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return Orchestrate.withPlugins(BTRFS_PLUGIN);
    }
  }

  @Nested
  class DifferencesFromBtrfs extends IncrementalSituations {
    @Override
    protected TestFilesystem kind() {
      return new BtrfsOnLoop();
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return CopiedFilesystem.EXT4;
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return Orchestrate.withPlugins(BTRFS_PLUGIN);
    }
  }

  @Nested
  class DifferencesToBtrfs extends IncrementalSituations {
    @Override
    protected TestFilesystem kind() {
      return CopiedFilesystem.EXT4;
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return new BtrfsOnLoop();
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return Orchestrate.withPlugins(BTRFS_PLUGIN);
    }
  }

  /** As NFS is; tar says more there than is so. */
  @Nested
  class ToAFilesystemWithoutAccessLists extends TransferredSituation {
    @Override
    protected TestFilesystem kind() {
      return CopiedFilesystem.EXT4;
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return new BtrfsOnLoop("noacl");
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return Orchestrate.withPlugins(BTRFS_PLUGIN);
    }

    @Test
    void allElseArrivesAndWhoLosesOneIsTold() {
      filesystem().change("mkdir folder plain; setfacl -m u:23456:rw,d:g:34567:r folder");
      Checkpoint checkpoint = checkpointOfAllKinds();

      Outcome outcome = receive(send(checkpoint)).expect(0);

      assertThat(outcome.err()).contains("left out: ", "'./folder'").doesNotContain("'./plain'");
      writeToBElsewhere(checkpoint, elsewhere().mountPoint());
    }
  }

  /** What is a folder of one filesystem here is a filesystem of its own there, or the other way. */
  @Nested
  class AcrossMountLayouts extends TransferredSituation {
    @Override
    protected TestFilesystem kind() {
      return CopiedFilesystem.EXT4;
    }

    @Test
    void aFolderGoesToAFilesystemOfItsOwn() {
      Path folder = at("srv/bar");
      Program.run("mkdir", "-p", folder);

      arrives(folder, elsewhere().mountAgain("srv/bar", ""));
    }

    @Test
    void aFilesystemOfItsOwnGoesToAFolder() {
      Path folder = elsewhere().path("srv/bar");
      Program.run("mkdir", "-p", folder);

      arrives(filesystem().mountPoint(), folder);
    }

    private void arrives(Path from, Path to) {
      Subject subject = newSubject();
      replaceA(subject, 10, from);
      subject.tell("open", 11, from.resolve("orphan"), "rw,creat,excl");
      subject.tell("write", 11, "orphan");
      subject.tell("unlink", from.resolve("orphan"));
      Checkpoint checkpoint = checkpointOf(from);

      receiveAt(to, send(checkpoint)).expect(0);

      writeToBElsewhere(checkpoint, to);
    }
  }

  /** What unpacks a stream can write to one folder only, whatever it is told. */
  @Nested
  @RequiresRoot
  class Confined {
    @Test
    void nothingElseCanBeWrittenTo(@TempDir Path folder) throws IOException {
      Path inside = Files.createDirectory(folder.resolve("inside"));
      Path outside = Files.writeString(folder.resolve("outside"), "precious");

      List<Integer> statuses =
          OwnThread.call(
              () -> {
                MountNamespace.enterPrivate();
                MountNamespace.allowWritingOnlyBelow(RawPath.of(inside.toString()));
                return List.of(
                    touch(inside.resolve("new")),
                    touch(outside),
                    touch(folder.resolve("new")),
                    touch(Path.of("/dev/shm/orchestrate-test-new")));
              });

      assertThat(statuses).containsExactly(0, 1, 1, 1);
      assertThat(inside.resolve("new")).exists();
      assertThat(touch(outside)).as("for others nothing has changed").isZero();
    }

    private int touch(Path path) {
      return ExternalProgram.run(Duration.ofMinutes(1), List.of("touch", path.toString())).status();
    }
  }
}
