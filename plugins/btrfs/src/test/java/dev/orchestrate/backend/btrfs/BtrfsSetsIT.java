package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.SetSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

/** What it breaks does not depend on the Java version. */
@Tag("once")
class BtrfsSetsIT extends SetSituations {
  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }
}
