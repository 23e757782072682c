package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.SoakSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

@Tag("once")
class BtrfsSoakIT extends SoakSituations {
  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }
}
