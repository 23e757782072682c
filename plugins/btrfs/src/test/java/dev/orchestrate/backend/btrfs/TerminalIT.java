package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What only somebody at a terminal sees. */
@Tag("once")
class TerminalIT extends Situation {
  private static final String ERASE = "\r\u001b[K";

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  /** To a terminal that has been stopped, a program writes for as long as it is. */
  @Test
  void stepsAreShownAsTheyBeginAndNoneWhileProcessesStandStill() {
    openOrphan(newSubject(), 5, "orphan", "content");

    String shown =
        orchestrate()
            .runOnTerminal("checkpoint", "--backend=btrfs", filesystem().mountPoint())
            .expect(0)
            .out();
    rememberStored();

    assertThat(shown)
        .containsSubsequence(
            ERASE + "scan …",
            ERASE + "prepare the freeze …" + ERASE + "write the manifest …",
            ERASE + "seal the snapshot …",
            ERASE + "checkpoint ");
  }
}
