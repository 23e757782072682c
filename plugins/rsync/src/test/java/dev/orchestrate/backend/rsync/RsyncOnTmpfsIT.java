package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.TestFilesystem;
import dev.orchestrate.testkit.UnlinkedFileSituations;
import org.junit.jupiter.api.Tag;

/** The core of the promises, on tmpfs, where all contents are compared. */
@Tag("once")
class RsyncOnTmpfsIT extends UnlinkedFileSituations {

  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.TMPFS;
  }
}
