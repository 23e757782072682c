package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.GuestTests;
import dev.orchestrate.testkit.RequiresRoot;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** In a guest, since tests must not start services on the machine that they run on. */
@RequiresRoot
@Tag("once")
class SystemdIT {
  /** Each start of a Java machine takes its time where the processor is emulated. */
  private static final String LONG = "aDropIn.*";

  @TestFactory
  Stream<DynamicTest> underSystemd() {
    return GuestTests.underSystemd(SystemdSituations.class, "[^#]*#(?!" + LONG + ").*", "btrfs");
  }

  @Tag("guest")
  @TestFactory
  Stream<DynamicTest> underSystemdToo() {
    return GuestTests.underSystemd(SystemdSituations.class, "[^#]*#" + LONG, "btrfs");
  }
}
