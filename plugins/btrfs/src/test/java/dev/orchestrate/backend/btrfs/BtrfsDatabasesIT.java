package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.DatabaseSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

/** Databases at work on btrfs. */
@Tag("once")
class BtrfsDatabasesIT extends DatabaseSituations {
  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }
}
