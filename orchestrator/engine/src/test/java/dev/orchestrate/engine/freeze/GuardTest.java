package dev.orchestrate.engine.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.spi.TimeoutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With processes that nobody has frozen: whom the guard ends, and whom it does not. */
class GuardTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final Guard guard = Guard.start(List.of(), LONG);

  @AfterEach
  void endAll() {
    processes.forEach(Process::destroyForcibly);
    guard.release();
  }

  /** One whose name, in /proc/PID/stat, looks like the end of a name. */
  private Process start(String name) throws IOException {
    Path program = folder.resolve(name);
    Files.copy(Path.of("/usr/bin/sleep"), program, StandardCopyOption.COPY_ATTRIBUTES);
    Process process = new ProcessBuilder(program.toString(), "1000").start();
    processes.add(process);
    return process;
  }

  private static ProcessIdentity identity(Process process) {
    return ProcessIdentity.of((int) process.pid());
  }

  private static boolean hasEnded(Process process) throws InterruptedException {
    return process.waitFor(1, TimeUnit.MINUTES);
  }

  @Test
  void itEndsThoseThatItIsToldOf() throws Exception {
    Process plain = start("plain");
    Process strange = start("a) S 1 \n(b");
    Process other = start("other");

    guard.end(List.of(identity(plain), identity(strange)));

    assertThat(guard.endedWell()).isTrue();
    assertThat(hasEnded(plain)).isTrue();
    assertThat(hasEnded(strange)).isTrue();
    assertThat(other.isAlive()).isTrue();
  }

  @Test
  void whoeverHasTheNumberOfOneThatIsGoneLives() throws Exception {
    Process another = start("another");
    ProcessIdentity gone =
        new ProcessIdentity((int) another.pid(), identity(another).startTicks() - 1);

    guard.end(List.of(gone, new ProcessIdentity(4194300, 1)));

    assertThat(guard.endedWell()).isTrue();
    assertThat(another.isAlive()).isTrue();
  }

  @Test
  void nobodyIsNobody() {
    guard.end(List.of());

    assertThat(guard.endedWell()).isTrue();
  }

  /** With this time at first, and with more if that is over before it is ready. */
  private static Guard startImpatient(Duration time) {
    try {
      return Guard.start(List.of(), time);
    } catch (TimeoutException e) {
      return startImpatient(time.multipliedBy(2));
    }
  }

  /** To timeout(1), 0 is no limit. */
  @Test
  void theShortestTimeIsALimitToo() {
    assertThat(Guard.seconds(Duration.ofNanos(1))).isEqualTo("0.000000001");
    assertThat(Guard.seconds(Duration.ofHours(10))).isEqualTo("36000.000000000");
  }

  @Test
  void afterItsTimeItEndsNobody() throws Exception {
    Process process = start("late");
    Guard impatient = startImpatient(Duration.ofMillis(1));
    while (impatient.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }

    impatient.end(List.of(identity(process)));

    assertThat(impatient.endedWell()).isFalse();
    assertThat(process.isAlive()).isTrue();
  }
}
