package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What only somebody at a terminal sees. */
@Tag("once")
class TerminalIT extends Situation {
  private static final String ERASE = "\r\u001b[K";
  private static final String TICK = "\u001b[32m✓\u001b[0m";

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  /** To a terminal that has been stopped, a program writes for as long as it is. */
  @Test
  void stepsAreShownAsTheyBeginAndNoneWhileProcessesStandStill() {
    openOrphan(newSubject(), 5, "orphan", "content");

    String shown = checkpointShown();

    assertThat(shown)
        .containsSubsequence(
            ERASE + "scan …",
            ERASE + "prepare the freeze …" + ERASE + "write the manifest …",
            ERASE + "freeze " + TICK,
            "; seal the snapshot …",
            "checkpoint ");
  }

  @Test
  void whatWasDoneStaysToBeReadAboveTheReport() {
    openOrphan(newSubject(), 5, "orphan", "content");

    String shown = checkpointShown();

    assertThat(shown)
        .containsPattern(
            Pattern.quote(ERASE)
                + "freeze ✓ relink 1 ✓ snapshot ✓ thaw ✓ frozen [\\d.]+ ms\r\ncheckpoint "
                    .replace("✓", Pattern.quote(TICK)));
  }

  @Test
  void nobodyIsSaidToHaveBeenFrozenIfNobodyWas() {
    String shown = checkpointShown();

    assertThat(shown).contains(ERASE + "snapshot " + TICK + "\r\ncheckpoint ");
  }

  @Test
  void thereIsNoColourForThoseWhoWantNone() {
    String shown = checkpointShown("NO_COLOR=1");

    assertThat(shown).contains("snapshot ✓\r\ncheckpoint ").doesNotContain("\u001b[3");
  }

  @Test
  void failureAndWhatChangedAreInColour() throws Exception {
    String id = checkpoint().id();
    Files.writeString(at("new"), "content");

    assertThat(orchestrate().runOnTerminal(List.of(), "diff", id).expect(0).out())
        .contains("\u001b[32m+\u001b[0m new\r\n");
    assertThat(orchestrate().runOnTerminal(List.of(), "show", "0123").expect(3).out())
        .contains("\u001b[31morchestrate:\u001b[0m ");
  }

  private String checkpointShown(String... environment) {
    String shown =
        orchestrate()
            .runOnTerminal(
                List.of(environment), "checkpoint", "--backend=btrfs", filesystem().mountPoint())
            .expect(0)
            .out();
    rememberStored();
    return shown;
  }
}
