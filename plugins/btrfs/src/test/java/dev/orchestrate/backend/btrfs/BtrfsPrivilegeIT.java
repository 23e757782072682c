package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.PrivilegeSituations;
import dev.orchestrate.testkit.TestFilesystem;
import java.util.Set;
import org.junit.jupiter.api.Tag;

@Tag("once")
class BtrfsPrivilegeIT extends PrivilegeSituations {
  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  /** A view is a snapshot: nothing is copied. */
  @Override
  protected Set<String> withoutUseAtRestart() {
    return Set.of("CAP_CHOWN", "CAP_MKNOD");
  }
}
