package dev.orchestrate.backend.lvm;

/** The same for xfs, whose copies have the uuid of what they are copies of. */
class ReceptionOnXfsContract extends ReceptionContract {
  @Override
  LvmFilesystem kind() {
    return LvmFilesystem.XFS_ON_THIN;
  }
}
