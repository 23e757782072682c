package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.IncrementalSituations;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.TestFilesystem;
import dev.orchestrate.testkit.TransferSituations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;

/**
 * What another backend stored, received by this one, and the other way; run by {@link LvmIT}. Not
 * from rsync: its copies would lie in the guest's own root, which keeps no attributes.
 */
class TransfersBetweenBackends {
  private static final String[] PLUGINS = {"orchestrate-btrfs", "orchestrate-rsync"};

  @Nested
  class FromBtrfs extends TransferSituations {
    @Override
    protected TestFilesystem kind() {
      return new BtrfsOnLoop();
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return LvmFilesystem.EXT4_ON_THIN;
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return Orchestrate.withPlugins(PLUGINS);
    }
  }

  @Nested
  class ToRsync extends TransferSituations {
    @Override
    protected TestFilesystem kind() {
      return LvmFilesystem.EXT4_ON_THIN;
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return new Copies();
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return Orchestrate.withPlugins(PLUGINS);
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
      return LvmFilesystem.EXT4_ON_THIN;
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return Orchestrate.withPlugins(PLUGINS);
    }
  }

  /** By rsync of an ext4, below the state folder. */
  private static final class Copies implements TestFilesystem {
    @Override
    public String backend() {
      return "rsync";
    }

    @Override
    public String label() {
      return "rsync-ext4";
    }

    @Override
    public MountedFilesystem make(long bytes) {
      return MountedFilesystem.onLoop(bytes, "", "mkfs.ext4", "-q");
    }

    @Override
    public List<String> inventory(MountedFilesystem filesystem) {
      throw new UnsupportedOperationException("asked with the state folder");
    }

    @Override
    public List<String> inventory(MountedFilesystem filesystem, Path state) {
      Path copies = state.resolve("copies");
      return Files.exists(copies)
          ? Program.run("find", copies, "-maxdepth", "1", "-printf", "%P\n")
              .lines()
              .sorted()
              .toList()
          : List.of("");
    }
  }
}
