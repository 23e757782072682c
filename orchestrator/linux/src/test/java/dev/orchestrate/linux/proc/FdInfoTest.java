package dev.orchestrate.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.proc.FileLock.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The lines are as Linux 6.18 writes them. */
class FdInfoTest {

  @Test
  void offsetFlagsAndLocksAreRead() {
    FdInfo info =
        FdInfo.parse(
            List.of(
                "pos:\t4096",
                "flags:\t02102002",
                "mnt_id:\t29",
                "ino:\t257",
                "lock:\t1: FLOCK  ADVISORY  WRITE 4711 00:2b:257 0 EOF",
                "lock:\t2: OFDLCK ADVISORY  READ -1 00:2b:257 10 19",
                "lock:\t3: POSIX  ADVISORY  WRITE 4711 00:2b:257 5 5",
                "lock:\t4: LEASE  ACTIVE    READ 4711 00:2b:257 0 EOF"));

    assertThat(info.offset()).isEqualTo(4096);
    assertThat(info.flags())
        .contains(OpenFlag.O_RDWR, OpenFlag.O_APPEND, OpenFlag.O_CLOEXEC)
        .doesNotContain(OpenFlag.O_WRONLY);
    assertThat(info.locks())
        .containsExactly(
            new FileLock(Kind.FLOCK, true, 0, 0),
            new FileLock(Kind.OFD, false, 10, 10),
            new FileLock(Kind.POSIX, true, 5, 1));
  }

  @Test
  void linesOfKernelsToComeArePassedOver() {
    FdInfo info = FdInfo.parse(List.of("pos:\t1", "novelty:\t2", "flags:\t0"));

    assertThat(info).isEqualTo(new FdInfo(1, Set.of(), List.of()));
  }

  @Test
  void oneThatHasNotMovedOnIsTheSameObject() {
    FdInfo info = FdInfo.parse(List.of("pos:\t7", "flags:\t02000002"));

    assertThat(info.at(7, 02000002)).isSameAs(info);
    assertThat(info.at(8, OpenFlag.O_WRONLY.value()))
        .isEqualTo(new FdInfo(8, Set.of(OpenFlag.O_WRONLY), List.of()));
  }
}
