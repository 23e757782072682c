package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel shows of mounts of NFS, and what that means. */
class DestinationCheckTest {
  private static final RawPath PLACE = RawPath.of("/mnt/copies");

  private static RawPath inFilesystem(String type, String root, String source) {
    return DestinationCheck.inFilesystem(
        new MountInfo(
            1,
            0,
            42,
            RawPath.of(root),
            RawPath.of("/mnt"),
            false,
            type,
            RawPath.of(source),
            List.of()),
        PLACE);
  }

  @Test
  void ofNfsTheSourceTellsWhichFolderOfTheServerIsMounted() {
    assertThat(inFilesystem("nfs4", "/", "server:/srv/data"))
        .isEqualTo(RawPath.of("/srv/data/copies"));
    assertThat(inFilesystem("nfs4", "/", "[fe80::1%eth0]:/")).isEqualTo(RawPath.of("/copies"));
    assertThat(inFilesystem("nfs", "/", "server:export")).isEqualTo(RawPath.of("/copies"));
  }

  @Test
  void ofOthersTheMountDoes() {
    assertThat(inFilesystem("ext4", "/part", "/dev/disk:/a")).isEqualTo(RawPath.of("/part/copies"));
  }
}
