package dev.orchestrate.backend.nfs;

import dev.orchestrate.testkit.SharingSituations;
import dev.orchestrate.testkit.TestFilesystem;
import dev.orchestrate.testkit.UnlinkedFileSituations;
import org.junit.jupiter.api.Nested;

/**
 * What is most likely to break on NFS, as the guest is slow; the rest is in {@link NfsSituations}.
 */
class ChosenNfsSituations {

  @Nested
  class UnlinkedFiles extends UnlinkedFileSituations {
    @Override
    protected TestFilesystem kind() {
      return NfsTestFilesystem.NFS;
    }
  }

  @Nested
  class Sharing extends SharingSituations {
    @Override
    protected TestFilesystem kind() {
      return NfsTestFilesystem.NFS;
    }
  }

  @Nested
  class KeptNames extends KeptNamesSituations {}
}
