package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.PowerLossSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

@Tag("once")
class RsyncPowerLossIT extends PowerLossSituations {
  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }
}
