package dev.orchestrate.backend.nfs;

import dev.orchestrate.testkit.CheckpointSituations;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Nested;

/** The whole kit on NFS and what only NFS has, for the guest: see {@link NfsIT}. */
class NfsSituations extends CheckpointSituations {

  @Override
  protected TestFilesystem kind() {
    return NfsTestFilesystem.NFS;
  }

  @Nested
  class KeptNames extends KeptNamesSituations {}

  @Nested
  class SharedByHosts extends SharedByHostsSituations {}
}
