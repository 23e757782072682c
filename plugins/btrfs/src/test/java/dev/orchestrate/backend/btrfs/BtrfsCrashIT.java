package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.CrashSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

/** Takes minutes, and what it breaks does not depend on the Java version. */
@Tag("once")
class BtrfsCrashIT extends CrashSituations {
  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  @Override
  protected int stride() {
    return 8;
  }
}
