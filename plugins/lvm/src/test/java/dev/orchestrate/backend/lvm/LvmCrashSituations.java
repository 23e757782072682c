package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.CrashSituations;
import dev.orchestrate.testkit.TestFilesystem;

/** Each command broken, for the guest: see {@link LvmIT}. */
class LvmCrashSituations extends CrashSituations {
  @Override
  protected TestFilesystem kind() {
    return LvmFilesystem.EXT4_ON_THIN;
  }
}
