package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.PrivilegeSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;

@Tag("once")
class RsyncPrivilegeIT extends PrivilegeSituations {
  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }
}
