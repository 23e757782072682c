package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.CrashSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

/** Takes minutes, and what it breaks does not depend on the Java version. */
@Tag("once")
class RsyncCrashIT extends CrashSituations {
  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }

  @Override
  protected int stride() {
    return 8;
  }
}
