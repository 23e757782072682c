package dev.orchestrate.engine.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import org.junit.jupiter.api.Test;

class UrgencyTest {
  @Test
  void lastsAsLongAsTheWorkAndIsNotInsistedOn() {
    int before = SystemCalls.nice();
    boolean allowed = mayGoFirst(before);

    int meanwhile = Urgency.during(SystemCalls::nice);

    assertThat(meanwhile).isEqualTo(allowed ? -20 : before);
    assertThat(SystemCalls.nice()).isEqualTo(before);
  }

  private static boolean mayGoFirst(int before) {
    try {
      SystemCalls.setNice(-20);
      SystemCalls.setNice(before);
      return true;
    } catch (SystemCallException e) {
      assertThat(e.is(Errno.EACCES, Errno.EPERM)).isTrue();
      return false;
    }
  }
}
