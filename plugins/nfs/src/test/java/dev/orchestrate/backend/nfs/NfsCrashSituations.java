package dev.orchestrate.backend.nfs;

import dev.orchestrate.testkit.CrashSituations;
import dev.orchestrate.testkit.TestFilesystem;

/** Each command broken, for the guest: see {@link NfsIT}. */
class NfsCrashSituations extends CrashSituations {
  @Override
  protected TestFilesystem kind() {
    return NfsTestFilesystem.NFS;
  }
}
