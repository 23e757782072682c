package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.CheckpointSituations;
import dev.orchestrate.testkit.TestFilesystem;

/** The promises with xfs on a thin volume; run in a guest by {@link LvmIT}. */
class XfsOnThinSituations extends CheckpointSituations {

  @Override
  protected TestFilesystem kind() {
    return LvmFilesystem.XFS_ON_THIN;
  }
}
