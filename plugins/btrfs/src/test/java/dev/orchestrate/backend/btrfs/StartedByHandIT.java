package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.CliSituations;
import dev.orchestrate.testkit.TestFilesystem;
import dev.orchestrate.testkit.UnlinkedFileSituations;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Each command has a Java machine of its own, as those have that a user types. */
class StartedByHandIT {
  @Nested
  class Commands extends CliSituations {
    @Override
    protected TestFilesystem kind() {
      return new BtrfsOnLoop();
    }
  }

  @Nested
  @Tag("once")
  class UnlinkedFiles extends UnlinkedFileSituations {
    @Override
    protected TestFilesystem kind() {
      return new BtrfsOnLoop();
    }
  }
}
