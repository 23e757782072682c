package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.SoakSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

@Tag("once")
class RsyncSoakIT extends SoakSituations {
  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }
}
