package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final String ERASE = "\r\u001b[K";
  private static final long MEBI = 1 << 20;

  private final StringWriter shown = new StringWriter();
  private long now = 1;

  @Test
  void stepIsShownAtOnceAndItsAmountNowAndThen() {
    ProgressLine line = on(200);

    line.begin("copy");
    line.advance(5 * MEBI);
    after(Duration.ofSeconds(1));
    line.advance(5 * MEBI);

    assertThat(shown).hasToString(ERASE + "copy …" + ERASE + "copy … 10.0 MiB, 10.0 MiB/s");
  }

  @Test
  void knownAmountIsABarWithRateAndRemainingTime() {
    copyForASecond(40 * MEBI, 10 * MEBI);

    assertThat(shown.toString())
        .endsWith(
            ERASE + "copy … █████░░░░░░░░░░░░░░░ 25%, 10.0 MiB of 40.0 MiB, 10.0 MiB/s, 3 s left");
  }

  @Test
  void moreThanWasExpectedIsAllOfIt() {
    copyForASecond(MEBI, 2 * MEBI);

    assertThat(shown.toString())
        .endsWith("copy … ████████████████████ 100%, 2.0 MiB of 1.0 MiB, 2.0 MiB/s");
  }

  @Test
  void timeLeftIsInMinutesIfLong() {
    copyForASecond(126 * MEBI, MEBI);

    assertThat(shown.toString()).endsWith("2:05 min left");
  }

  /** What goes on in the next row of the terminal would stay there. */
  @Test
  void lineDoesNotGetLongerThanTheTerminalIsWide() {
    ProgressLine line = on(20);

    line.begin("prepare the snapshot");

    assertThat(shown).hasToString(ERASE + "prepare the snapsh…");
  }

  @Test
  void lineIsGoneAtTheEnd() {
    try (ProgressLine line = on(80)) {
      line.begin("scan");
    }

    assertThat(shown).hasToString(ERASE + "scan …" + ERASE);
  }

  @Test
  void nothingIsToldWhereThereIsNoTerminal() {
    try (ProgressLine line = new ProgressLine(new PrintWriter(shown), Screen.NONE, () -> now)) {
      line.begin("scan");
      line.keep();
    }

    assertThat(shown).hasToString("");
  }

  private void copyForASecond(long expected, long done) {
    ProgressLine line = on(200);
    line.begin("copy");
    line.expect(expected);
    after(Duration.ofSeconds(1));
    line.advance(done);
  }

  private ProgressLine on(int columns) {
    return new ProgressLine(
        new PrintWriter(shown),
        new Screen(Style.PLAIN, Style.PLAIN, true, columns, columns),
        () -> now);
  }

  private void after(Duration time) {
    now += time.toNanos();
  }
}
