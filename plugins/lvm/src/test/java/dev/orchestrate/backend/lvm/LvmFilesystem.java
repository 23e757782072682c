package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.Claim;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Storage;
import dev.orchestrate.testkit.TestFilesystem;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;

/** How the kit makes filesystems on logical volumes. */
record LvmFilesystem(String label, LongFunction<Storage> maker) implements TestFilesystem {
  static final LvmFilesystem EXT4_ON_THIN =
      new LvmFilesystem("lvm-ext4-thin", bytes -> TestVolume.thin(bytes, "mkfs.ext4", "-q"));
  static final LvmFilesystem XFS_ON_THIN =
      new LvmFilesystem("lvm-xfs-thin", bytes -> TestVolume.thin(bytes, "mkfs.xfs", "-q"));
  static final LvmFilesystem EXT4_ON_THICK =
      new LvmFilesystem("lvm-ext4-thick", bytes -> TestVolume.thick(bytes, "mkfs.ext4", "-q"));

  @Override
  public String backend() {
    return LvmBackend.NAME;
  }

  @Override
  public MountedFilesystem make(long bytes) {
    return MountedFilesystem.mount(() -> maker.apply(bytes), "");
  }

  /** Only root may use LVM. */
  @Override
  public Set<Claim> claims() {
    return EnumSet.complementOf(
        EnumSet.of(Claim.ORDINARY_USERS, Claim.RECEIVING, Claim.ROLLING_BACK));
  }

  /** All volumes but the one that the filesystem is on, which no backend has made. */
  @Override
  public List<String> inventory(MountedFilesystem filesystem) {
    String origin = ((TestVolume) filesystem.storage()).name();
    return TestGroup.volumes().stream().filter(line -> !line.startsWith(origin + " ")).toList();
  }
}
