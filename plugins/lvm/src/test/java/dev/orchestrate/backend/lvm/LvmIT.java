package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.GuestTests;
import dev.orchestrate.testkit.RequiresRoot;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The tests of this backend, in a guest that has device-mapper. Programs are so slow there that the
 * situations run only where time does not matter, and a selection of them unless the system
 * property {@value #PROPERTY} names others, as {@code (Restarts|Rollbacks)#.*} does.
 */
@RequiresRoot
class LvmIT {
  static final String PROPERTY = "orchestrate.test.guest";

  /** By the names of the nested classes in CheckpointSituations, and of the tests. */
  private static final String ON_EXT4 =
      "(UnlinkedFiles|Sharing|Failures|Restarts|Rollbacks|Backups)#.*";

  private static final String MOVED = ".*[.$](Transfers#|Incrementals#|Exports#theWriteReachesB).*";

  private static final String CORE =
      ".*#(theWriteReachesB|bIsUnlinkedToo|anOrphanKeepsContentOwnerModeTimesAndAttributes"
          + "|aGigabyteCostsWhatAKilobyteCosts|anImmutableFileIsRelinkedAndStaysImmutable"
          + "|theFilesystemIsFullDuringRelink|twoRestartsRunSideBySide).*";

  private static final String REACHES_B = ".*#theWriteReachesB.*";

  private static final String CHOSEN_CONTRACTS =
      ".*#(saysWhatItCanDo|aPoolThatIsNearlyFull|btrfsOnLvmIsRefused|aSealedSnapshotIsReadOnly"
          + "|orphansAndImmutableFiles|sealingAgainCompletes|theSnapshotIsReadOnlyAndViews"
          + "|viewsOfOneSnapshotAreApart|whatIsLeft|deletingLeavesNothing|whatIsNotOurs"
          + "|viewsAreMountedBeside|orphansAreCloned|aTreeFromElsewhereBecomesASnapshotLikeAnyOther"
          + "|aCopyOfAParentLeavesItAsItIs|whatARollbackMayWriteHasToFit"
          + "|nothingIsRolledBackThatItsStores).*";

  private static final String CHOSEN_SITUATIONS =
      ".*[.$]((UnlinkedFiles|Transfers)#theWriteReachesB|Rights#).*";

  private static final String[] MODULES = {"dm-thin-pool", "dm-snapshot", "xfs", "btrfs"};

  @TestFactory
  @Tag("once")
  Stream<DynamicTest> chosenContracts() {
    return GuestTests.some(Contracts.class, CHOSEN_CONTRACTS, MODULES);
  }

  @TestFactory
  @Tag("once")
  Stream<DynamicTest> chosenSituations() {
    return GuestTests.some(Ext4OnThinSituations.class, CHOSEN_SITUATIONS, MODULES);
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> otherContracts() {
    return GuestTests.some(Contracts.class, "(?!" + CHOSEN_CONTRACTS + ").*", MODULES);
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> ext4OnThin() {
    return GuestTests.some(Ext4OnThinSituations.class, selected(ON_EXT4), MODULES);
  }

  /** In a guest of their own, as its time is limited; what is named runs in that of the others. */
  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> transfers() {
    return System.getProperty(PROPERTY) == null
        ? GuestTests.some(Ext4OnThinSituations.class, MOVED, MODULES)
        : Stream.empty();
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> xfsOnThin() {
    return GuestTests.some(XfsOnThinSituations.class, selected(CORE), MODULES);
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> ext4OnThick() {
    return GuestTests.some(Ext4OnThickSituations.class, selected(CORE), MODULES);
  }

  /** The other plugins are on the class path with {@code -Dguest}. */
  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> pairsWithoutNfs() {
    return pairs("(?!.*Nfs)" + REACHES_B);
  }

  /** In guests of their own, as the time of each is limited. */
  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> pairsFromNfs() {
    return pairs("(?=.*NfsTo)" + REACHES_B);
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> pairsToNfs() {
    return pairs("(?=.*ToNfs)" + REACHES_B);
  }

  private static Stream<DynamicTest> pairs(String selection) {
    return GuestTests.some(
        PairsOfStorage.class, selection, "dm-thin-pool", "btrfs", "nfsd", "nfsv4");
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> crashes() {
    return GuestTests.of(LvmCrashSituations.class, MODULES);
  }

  @TestFactory
  @Tag("guest")
  Stream<DynamicTest> databases() {
    return GuestTests.of(Ext4OnThinDatabases.class, MODULES);
  }

  private static String selected(String usual) {
    return ".*[.$]" + System.getProperty(PROPERTY, usual);
  }
}
