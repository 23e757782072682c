package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.TestFilesystem;
import dev.orchestrate.testkit.UnlinkedFileSituations;
import org.junit.jupiter.api.Tag;

/** The core of the promises, on xfs. */
@Tag("once")
class RsyncOnXfsIT extends UnlinkedFileSituations {

  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.XFS;
  }
}
