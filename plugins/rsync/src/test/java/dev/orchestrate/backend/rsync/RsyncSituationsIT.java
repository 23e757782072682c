package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.CheckpointSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

/** All promises, on an ext4 without a volume manager. */
@Tag("once")
class RsyncSituationsIT extends CheckpointSituations {

  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }
}
