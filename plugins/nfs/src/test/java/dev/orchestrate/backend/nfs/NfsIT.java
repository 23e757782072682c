package dev.orchestrate.backend.nfs;

import dev.orchestrate.testkit.GuestTests;
import dev.orchestrate.testkit.RequiresRoot;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The situations in a guest, whose kernel has an NFS server and a client. By default a choice of
 * them is run, as the guest is slow; {@code -Dorchestrate.test.nfs=all} runs all.
 */
@RequiresRoot
@Tag("guest")
class NfsIT {
  private static final String WHICH = System.getProperty("orchestrate.test.nfs", "chosen");

  @TestFactory
  Stream<DynamicTest> onNfs() {
    return GuestTests.of(
        WHICH.equals("all") ? NfsSituations.class : ChosenNfsSituations.class, "nfsd", "nfsv4");
  }
}
