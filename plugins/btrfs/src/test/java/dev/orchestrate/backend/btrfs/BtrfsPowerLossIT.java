package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.PowerLossSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

@Tag("once")
class BtrfsPowerLossIT extends PowerLossSituations {
  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }
}
