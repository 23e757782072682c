package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.CheckpointSituations;
import dev.orchestrate.testkit.TestFilesystem;

/** The promises with ext4 on a thick volume; run in a guest by {@link LvmIT}. */
class Ext4OnThickSituations extends CheckpointSituations {

  @Override
  protected TestFilesystem kind() {
    return LvmFilesystem.EXT4_ON_THICK;
  }
}
