package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.BrokenMigrationSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

/** Takes minutes, and what it breaks does not depend on the Java version. */
@Tag("once")
class RsyncBrokenMigrationIT extends BrokenMigrationSituations {
  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }
}
