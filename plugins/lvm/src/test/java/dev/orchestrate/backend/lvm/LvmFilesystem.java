package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.Claim;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Storage;
import dev.orchestrate.testkit.TestFilesystem;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * How the kit makes filesystems on logical volumes.
 *
 * @param label as {@link TestFilesystem#label} wants it
 * @param thin whether a tree from elsewhere can be stored beside them, and they be rolled back
 * @param maker of a volume with so many bytes
 */
record LvmFilesystem(String label, boolean thin, LongFunction<Storage> maker)
    implements TestFilesystem {
  static final LvmFilesystem EXT4_ON_THIN =
      new LvmFilesystem("lvm-ext4-thin", true, bytes -> TestVolume.thin(bytes, "mkfs.ext4", "-q"));
  static final LvmFilesystem XFS_ON_THIN =
      new LvmFilesystem("lvm-xfs-thin", true, bytes -> TestVolume.thin(bytes, "mkfs.xfs", "-q"));
  static final LvmFilesystem EXT4_ON_THICK =
      new LvmFilesystem(
          "lvm-ext4-thick", false, bytes -> TestVolume.thick(bytes, "mkfs.ext4", "-q"));

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
    Set<Claim> claims = EnumSet.complementOf(EnumSet.of(Claim.ORDINARY_USERS));
    if (!thin) {
      claims.removeAll(Set.of(Claim.RECEIVING, Claim.ROLLING_BACK));
    }
    return claims;
  }

  /** All volumes but the one that the filesystem is on, which no backend has made. */
  @Override
  public List<String> inventory(MountedFilesystem filesystem) {
    TestVolume origin = (TestVolume) filesystem.storage();
    return TestGroup.volumes(origin.group()).stream()
        .filter(line -> !line.startsWith(origin.name() + " "))
        .toList();
  }
}
