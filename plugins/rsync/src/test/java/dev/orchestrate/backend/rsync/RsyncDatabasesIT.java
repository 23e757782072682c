package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.DatabaseSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

/** Databases at work on ext4: a copy is not of one moment, but all who write to it stand still. */
@Tag("once")
class RsyncDatabasesIT extends DatabaseSituations {
  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }
}
