package dev.orchestrate.backend.nfs;

import dev.orchestrate.testkit.GuestTests;
import dev.orchestrate.testkit.RequiresRoot;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The situations in a guest, whose kernel has an NFS server and a client. Programs are slow there:
 * only what tells most of this backend is run each time, within a few minutes, and the rest if
 * tests in guests are asked for.
 */
@RequiresRoot
class NfsIT {
  /** By the names of the nested classes in {@link NfsSituations}, and of the tests. */
  private static final String CHOSEN =
      ".*(KeptNames[^#]*#anOrphanOutlives.*"
          + "|SharedByHosts[^#]*#(theWriteReachesB|aProgramThatRunsThere).*"
          + "|UnlinkedFiles#theWriteReachesB.*"
          + "|Sharing#locksAreTakenAgain.*)";

  @TestFactory
  @Tag("once")
  Stream<DynamicTest> chosen() {
    return run(CHOSEN);
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> files() {
    return runOthers("KeptNames[^#]*|SharedByHosts[^#]*|UnlinkedFiles|Sharing|FileKinds|Names");
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> processesAndRestarts() {
    return runOthers("Processes|Restarts|Mounts|Failures");
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> commands() {
    return runOthers("Manifests|Commands|Backups|Retention|BadInput");
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> crashes() {
    return GuestTests.of(NfsCrashSituations.class, "nfsd", "nfsv4");
  }

  private static Stream<DynamicTest> runOthers(String groups) {
    return run("(?!" + CHOSEN + ").*[.$](" + groups + ")#.*");
  }

  private static Stream<DynamicTest> run(String selection) {
    return GuestTests.some(NfsSituations.class, selection, "nfsd", "nfsv4");
  }
}
