package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.CheckpointSituations;
import dev.orchestrate.testkit.TestFilesystem;

/** The promises with ext4 on a thin volume; run in a guest by {@link LvmIT}. */
class Ext4OnThinSituations extends CheckpointSituations {

  @Override
  protected TestFilesystem kind() {
    return LvmFilesystem.EXT4_ON_THIN;
  }
}
