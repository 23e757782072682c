package dev.orchestrate.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LockTableTest {

  @Test
  void inodesWithAnyKindOfLockAreKnown() {
    LockTable locks =
        LockTable.parse(
            List.of(
                "1: FLOCK  ADVISORY  WRITE 4711 00:2b:257 0 EOF",
                "2: OFDLCK ADVISORY  READ  -1 fe:00:260386 0 99",
                "3: POSIX  ADVISORY  WRITE 12 00:2b:9000000001 10 20",
                "3: -> POSIX  ADVISORY  WRITE 13 00:2b:258 10 20"));

    assertThat(locks.mayHave(257)).isTrue();
    assertThat(locks.mayHave(260386)).isTrue();
    assertThat(locks.mayHave(9000000001L)).isTrue();
    assertThat(locks.mayHave(258)).as("waited for by a process").isTrue();
    assertThat(locks.mayHave(4711)).as("a pid").isFalse();
    assertThat(locks.mayHave(0)).isFalse();
  }
}
