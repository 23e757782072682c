package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process that does not stand still writes to what is relinked. */
@Tag("once")
class BystanderIT extends Situation {
  private static final int FIRST = 100;
  private static final int DESCRIPTORS = 400;

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  /** Each descriptor is looked at a moment later than the one before, and finds another size. */
  @Test
  void aFileThatGrowsMeanwhileIsRelinkedOnce() throws Exception {
    Subject subject = newSubject();
    Files.createFile(at("log"));
    for (int number = FIRST; number < FIRST + DESCRIPTORS; number++) {
      subject.tell("open", number, at("log"), "rw");
    }
    Files.createLink(at("log.1"), at("log"));
    Files.delete(at("log"));
    String append = "exec >>'%s'; while :; do echo x; done".formatted(at("log.1"));
    Process bystander = new ProcessBuilder("sh", "-c", append).start();
    atEnd(bystander::destroyForcibly);

    Checkpoint checkpoint = checkpoint("--pid=" + subject.pid());

    assertThat(checkpoint.relinks()).hasSize(1);
    Subject restarted = restart(checkpoint);
    restarted.tell("write", FIRST + DESCRIPTORS - 1, "from the restart");
  }
}
