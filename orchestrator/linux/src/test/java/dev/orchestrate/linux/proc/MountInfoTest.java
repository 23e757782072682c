package dev.orchestrate.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountInfoTest {

  @Test
  void aLineIsReadWhateverOptionalFieldsItHas() {
    List<MountInfo> mounts =
        MountInfo.parse(
            List.of(
                "36 35 98:2 /vol /mnt rw,noatime shared:1 master:2 - btrfs /dev/sdb rw,subvol=/vol",
                "37 35 98:3 / /srv\\040data ro,relatime - ext4 /dev/sdc rw"));

    assertThat(mounts.get(0))
        .isEqualTo(
            new MountInfo(
                36,
                35,
                Stat.makeDevice(98, 2),
                RawPath.of("/vol"),
                RawPath.of("/mnt"),
                false,
                "btrfs",
                RawPath.of("/dev/sdb"),
                List.of("rw", "subvol=/vol")));
    assertThat(mounts.get(1).point()).isEqualTo(RawPath.of("/srv data"));
    assertThat(mounts.get(1).readOnly()).isTrue();
  }

  @Test
  void ourOwnMountsAreRead() {
    assertThat(MountInfo.ofSelf())
        .anyMatch(
            mount -> mount.point().equals(RawPath.of("/proc")) && mount.type().equals("proc"));
  }

  @Test
  void onlyWholeOctalEscapesAreUndone() {
    assertThat(ProcFile.unescape("a\\040b\\011\\134c\\9")).isEqualTo(RawPath.of("a b\t\\c\\9"));
  }
}
