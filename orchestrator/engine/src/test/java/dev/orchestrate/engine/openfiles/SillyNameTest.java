package dev.orchestrate.engine.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SillyNameTest {

  @ParameterizedTest
  @CsvSource({
    "nfs4, .nfs000000000000000c00000001, true",
    "nfs, folder/.nfs00000000abcdef1200000001, true",
    "ext4, .nfs000000000000000c00000001, false",
    "nfs4, .nfs000000000000000c0000000, false",
    "nfs4, .nfs000000000000000c000000011, false",
    "nfs4, .nfs000000000000000C00000001, false",
    "nfs4, .nfs000000000000000c00000001/a, false",
    "nfs4, a, false",
  })
  void onlyWhatAnNfsClientNamesSoLeadsNowhere(String type, String path, boolean silly) {
    MountInfo mount =
        new MountInfo(
            1,
            0,
            7,
            RawPath.ROOT,
            RawPath.of("/n"),
            false,
            type,
            RawPath.of("server:/"),
            List.of("rw"));

    assertThat(SillyName.is(RawPath.of(path), mount)).isEqualTo(silly);
  }
}
