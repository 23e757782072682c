package dev.orchestrate.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramStarterTest {
  /** By tests of the shell's own: a list of the folder would have a descriptor more. */
  private static final String LIST_ITS_DESCRIPTORS =
      "exec > \"$0\"; n=0; while [ $n -lt 500 ]; do"
          + " if [ -e /proc/self/fd/$n ]; then echo $n; fi; n=$((n + 1)); done";

  @TempDir private Path folder;

  /** Java opens files without O_CLOEXEC: a class loader or the machine itself, at any time. */
  @Test
  void whatOtherThreadsOpenMeanwhileIsNotForTheProgram() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread other = new Thread(() -> openAndCloseUntil(done));
    other.start();
    try {
      for (int i = 0; i < 200; i++) {
        assertThat(descriptorsOfAProgramWith(3, 10, 400))
            .containsExactly("0", "1", "2", "3", "10", "400");
      }
    } finally {
      done.set(true);
      other.join();
    }
  }

  private static void openAndCloseUntil(AtomicBoolean done) {
    while (!done.get()) {
      try (FileInputStream one = new FileInputStream("/dev/null");
          FileInputStream two = new FileInputStream("/dev/null")) {
        assertThat(one.getFD().valid() && two.getFD().valid()).isTrue();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private List<String> descriptorsOfAProgramWith(int... numbers) throws IOException {
    Path list = folder.resolve("list");
    try (Fd given = Fd.open(RawPath.of("/dev/null"), Fd.O_RDONLY)) {
      SortedMap<Integer, Fd> descriptors = new TreeMap<>();
      for (int number : numbers) {
        descriptors.put(number, given);
      }
      List<String> command = List.of("/bin/sh", "-c", LIST_ITS_DESCRIPTORS, list.toString());
      Spawn spawn = new Spawn(RawPath.of("/bin/sh"), command, List.of(), descriptors, Set.of());
      assertThat(ProgramStarter.start(spawn).await()).isZero();
    }
    return Files.readAllLines(list);
  }
}
