package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies on another host, by a real ssh to this one. */
@Tag("once")
class RsyncRemoteIT extends Situation {
  private static final String RESTARTED = "printf ' and more' >&5; cat %s; echo; cat <&6";

  private Sshd sshd;
  private Path there;

  @Override
  protected TestFilesystem kind() {
    return CopiedFilesystem.EXT4;
  }

  @BeforeEach
  void startServer() throws IOException {
    sshd = new Sshd(filesystem().outside("sshd"));
    atEnd(sshd::close);
    there = filesystem().outside("there");
    Program.run("chmod", "700", there);
  }

  private Outcome run(Object... command) {
    return orchestrate().runIn(sshd.script(), command);
  }

  private Checkpoint checkpointThere() {
    Object[] command =
        checkpointCommand(filesystem().mountPoint(), "--snapshot-dir", "elsewhere:" + there);
    Checkpoint checkpoint = new Checkpoint(run(command).expect(0).json());
    rememberStored();
    return checkpoint;
  }

  @Test
  void theWriteReachesBAndAnOrphanSurvives() {
    Subject subject = newSubject();
    subject.tell("open", 5, at("a"), "rw,creat");
    subject.tell("write", 5, "old");
    subject.tell("rename", at("a"), at("b"));
    openOrphan(subject, 6, "orphan", "orphan");
    subject.tell("seek", 6, 0);
    Checkpoint checkpoint = checkpointThere();
    subject.close();

    for (int i = 0; i < 2; i++) {
      Outcome outcome =
          run("restart", checkpoint.id(), "--", "sh", "-c", RESTARTED.formatted(at("b"))).expect(0);
      assertThat(outcome.out()).isEqualTo("old and more\norphan");
    }

    assertThat(tree(checkpoint).resolve("b")).hasContent("old");
    run("delete", checkpoint.id()).expect(0);
    rememberStored();
    assertThat(there).isEmptyDirectory();
    assertThat(inventory()).isEmpty();
  }

  @Test
  void aSecondCopySharesWhatDidNotChange() throws IOException {
    for (int i = 0; i < 5; i++) {
      Files.write(at("f" + i), new byte[100_000]);
    }
    Checkpoint first = checkpointThere();
    Files.write(at("f3"), new byte[] {1});
    Program.run("chmod", "600", at("f4"));
    Checkpoint second = checkpointThere();

    assertThat(OnCopies.stat(tree(second).resolve("f1")).inode())
        .isEqualTo(OnCopies.stat(tree(first).resolve("f1")).inode());
    assertThat(tree(second).resolve("f3")).hasBinaryContent(new byte[] {1});
    assertThat(tree(first).resolve("f3")).hasSize(100_000);
    assertThat(OnCopies.stat(tree(first).resolve("f4")).permissions()).isEqualTo(0644);
    assertThat(OnCopies.stat(tree(second).resolve("f4")).permissions()).isEqualTo(0600);
  }

  private Path tree(Checkpoint checkpoint) {
    return there.resolve(checkpoint.id()).resolve("tree");
  }

  @Test
  void aHostThatDoesNotAnswerIsReportedAndNothingIsLeft() {
    sshd.close();

    Outcome outcome =
        run(checkpointCommand(filesystem().mountPoint(), "--snapshot-dir", "elsewhere:" + there));

    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(4);
    assertThat(outcome.err().lines().count()).isBetween(1L, 2L);
    assertThat(outcome.err()).contains("refused");
    assertThat(inventory()).isEmpty();
  }

  @Test
  void aCopyOnAHostThatDoesNotAnswerIsNotDeleted() {
    Checkpoint checkpoint = checkpointThere();
    sshd.close();

    Outcome outcome = run("delete", checkpoint.id()).expect(3);

    assertThat(outcome.err()).contains("ssh HOST true", "delete --force " + checkpoint.id());
    assertThat(tree(checkpoint)).exists();
    assertThat(run("list", "--json").expect(0).out())
        .contains(checkpoint.id(), "complete")
        .doesNotContain("interrupted");
  }

  @Test
  void aFolderThatOthersCanWriteToIsRefused() {
    Program.run("chmod", "777", there);

    Outcome outcome =
        run(checkpointCommand(filesystem().mountPoint(), "--snapshot-dir", "elsewhere:" + there));

    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(5);
    assertThat(outcome.err()).contains("chmod go-w");
    try (Stream<Path> left = Files.list(there)) {
      assertThat(left).isEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
