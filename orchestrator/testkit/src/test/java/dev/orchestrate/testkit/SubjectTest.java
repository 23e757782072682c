package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubjectTest {
  @TempDir private Path folder;
  private final Subject subject = Subject.start();

  @AfterEach
  void end() {
    subject.close();
  }

  @Test
  void hasNoDescriptorsButTheStandardOnesAndThoseItWasToldToOpen() {
    assertThat(subject.tell("descriptors").words()).containsExactly("ok", "0", "1", "2");
    subject.tell("open", 40, folder, "r,directory");
    assertThat(subject.tell("descriptors").words()).containsExactly("ok", "0", "1", "2", "40");
  }

  @Test
  void takesAndRepliesAnyBytes() {
    byte[] name = (folder + "/ \n\t%41").getBytes(StandardCharsets.UTF_8);
    name[name.length - 1] = (byte) 0xff;
    subject.tell("open", 10, name, "rw,creat");
    subject.tell("write", 10, new byte[] {0, 1, ' ', '%', (byte) 0xff});

    assertThat(subject.tell("readlink", 10).bytes(0)).isEqualTo(name);
    assertThat(subject.tell("pread", 10, 0, 9).bytes(0)).containsExactly(0, 1, ' ', '%', 0xff);
    subject.tell("unlink", name);
  }

  @Test
  void namesTheReasonOfAFailure() {
    assertThat(subject.attempt("open", 10, "/no/such/file", "r").error()).isEqualTo("ENOENT");
    assertThatThrownBy(() -> subject.tell("close", 99)).hasMessageContaining("EBADF");
    assertThat(subject.attempt("nonsense").error()).isEqualTo("ENOSYS");
  }

  @Test
  void sharesDescriptionsWithAChildButNotTheTableWithAThread() {
    subject.tell("open", 10, folder.resolve("a"), "rw,creat");
    subject.tell("fork");
    subject.tell("thread");

    subject.tell("worker", 0, "write", 10, "from the child");
    subject.tell("worker", 1, "close", 10);

    assertThat(subject.tell("tell", 10).number()).isEqualTo(14);
    assertThat(subject.attempt("worker", 1, "tell", 10).error()).isEqualTo("EBADF");
  }

  @Test
  void tellsWhetherALockIsHeld() {
    subject.tell("open", 10, folder.resolve("a"), "rw,creat");
    subject.tell("ofdlock", 10, "ex", 0, 5);

    assertThat(subject.tell("trylock", 10, "ofd", "sh", 4, 1).text()).isEqualTo("held");
    assertThat(subject.tell("trylock", 10, "ofd", "sh", 5, 1).text()).isEqualTo("free");
    assertThat(subject.tell("trylock", 10, "flock", "ex").text()).isEqualTo("free");
    subject.tell("flock", 10, "sh");
    assertThat(subject.tell("trylock", 10, "flock", "ex").text()).isEqualTo("held");
  }

  @Test
  void mapsFilesAfterTheirDescriptorIsClosed() {
    subject.tell("open", 10, folder.resolve("a"), "rw,creat");
    subject.tell("truncate", 10, 4096);
    subject.tell("mmap", 10, 4096, "rw", "shared", 0);
    subject.tell("close", 10);
    subject.tell("mwrite", 0, 100, "mapped");

    assertThat(subject.tell("mread", 0, 100, 6).text()).isEqualTo("mapped");
    assertThat(subject.attempt("mread", 0, 4095, 2).error()).isEqualTo("EFAULT");
  }

  @Test
  void opensManyUnlinkedFilesAndKnowsTheirContent() {
    subject.tell("limit");
    subject.tell("many", 300, folder, 20, "linked");

    assertThat(subject.tell("manyright", 300, 20).number()).isEqualTo(300);
    assertThat(folder.toFile().list()).hasSize(300);
  }

  @Test
  void holdsSignalsUntilItIsAskedForThem() {
    subject.tell("holdsignals");
    ProcessHandle.of(subject.pid()).orElseThrow().destroy();
    assertThat(subject.tell("waitsignal", 60).text()).isEqualTo("TERM");
    assertThat(subject.attempt("waitsignal", 0).error()).isEqualTo("EAGAIN");
  }

  @Test
  void blowsAStormOfProcesses() {
    subject.tell("storm", "start", folder);
    Deadline.require("a file of the storm", () -> subject.tell("tick", "report").isOk());
    assertThat(subject.tell("storm", "stop").number()).isNotNegative();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void connectsToARendezvous() {
    try (Rendezvous rendezvous = new Rendezvous();
        RunningProgram program = rendezvous.start(SubjectProgram.path());
        Subject come = rendezvous.next()) {
      assertThat(come.pid()).isEqualTo(program.pid());
      assertThat(come.tell("descriptors").words()).containsExactly("ok", "0", "1", "2");
    }
  }

  @Test
  void isKilledWhenItIsClosed() {
    long pid = subject.pid();
    subject.close();
    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThatThrownBy(subject::pid).isInstanceOf(AssertionError.class);
  }
}
