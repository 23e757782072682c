package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenTest {
  @ParameterizedTest
  @CsvSource({
    "true,  '', '', xterm, COLOURED",
    "false, '', '', xterm, PLAIN",
    "true,  '', '', dumb, PLAIN",
    "true,  '1', '', xterm, PLAIN",
    "true,  '1', '1', xterm, PLAIN",
    "false, '', '1', dumb, COLOURED",
    "false, '', '0', xterm, PLAIN",
    "true,  '', '0', xterm, COLOURED",
  })
  void colourIsForTerminalsAndAsTheUserAsks(
      boolean terminal, String noColour, String forced, String kind, Style expected) {
    Map<String, String> environment =
        Map.of("NO_COLOR", noColour, "CLICOLOR_FORCE", forced, "TERM", kind);

    assertThat(Screen.style(terminal, environment)).isEqualTo(expected);
  }
}
