package org.example;

import dev.orchestrate.testkit.CheckpointSituations;
import dev.orchestrate.testkit.Claim;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;

@Tag("example")
class ReflinkSituationsIT extends CheckpointSituations {

  @Override
  protected TestFilesystem kind() {
    return new TestFilesystem() {
      @Override
      public String backend() {
        return "reflink";
      }

      @Override
      public MountedFilesystem make(long bytes) {
        return MountedFilesystem.onLoop(bytes, "", "mkfs.xfs", "-q");
      }

      @Override
      public Set<Claim> claims() {
        return EnumSet.complementOf(
            EnumSet.of(
                Claim.IMMUTABLE_FILES,
                Claim.LONG_PATHS,
                Claim.ATOMIC_SNAPSHOTS,
                Claim.ORDINARY_USERS,
                Claim.RECEIVING));
      }

      @Override
      public List<String> inventory(MountedFilesystem filesystem) {
        Path copies = filesystem.path(".copies");
        return Program.attempt("find", copies, "-mindepth", "1", "-maxdepth", "2")
            .out()
            .lines()
            .sorted()
            .toList();
      }

      @Override
      public boolean isStore(String path) {
        return path.equals(".copies") || path.startsWith(".copies/");
      }
    };
  }
}
