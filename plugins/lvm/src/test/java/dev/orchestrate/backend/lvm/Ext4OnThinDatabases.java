package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.DatabaseSituations;
import dev.orchestrate.testkit.TestFilesystem;

/** Databases at work on ext4 on a thin volume; run in a guest by {@link LvmIT}. */
class Ext4OnThinDatabases extends DatabaseSituations {

  @Override
  protected TestFilesystem kind() {
    return LvmFilesystem.EXT4_ON_THIN;
  }
}
