package dev.orchestrate.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.SystemCalls;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessStatusTest {

  @Test
  void aLivingProcessIsDescribed() throws IOException {
    Process process = new ProcessBuilder("sleep", "1000").start();
    try {
      ProcessStatus status = ProcessStatus.of((int) process.pid());

      assertThat(status.parent()).isEqualTo((int) ProcessHandle.current().pid());
      assertThat(status.user()).isEqualTo(SystemCalls.userId());
      assertThat(status.state()).isIn('R', 'S', 'D');
      assertThat(status.startTicks()).isPositive();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void emptyArgumentsAreKept() throws IOException {
    Process process = new ProcessBuilder("sh", "-c", "read -r line", "", "a b").start();
    try {
      while (ProcessStatus.command((int) process.pid()).size() < 5) {
        Thread.onSpinWait(); // until it has become sh
      }
      assertThat(ProcessStatus.command((int) process.pid()))
          .containsExactly("sh", "-c", "read -r line", "", "a b");
      assertThat(ProcessTable.threads((int) process.pid())).containsExactly((int) process.pid());
    } finally {
      process.destroyForcibly();
    }
  }
}
