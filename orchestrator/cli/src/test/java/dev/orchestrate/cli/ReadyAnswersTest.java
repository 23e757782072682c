package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReadyAnswersTest {

  /** If this fails, the expected text belongs into the resource. */
  @Test
  void theReadyHelpIsWhatTheCommandLineWouldSay() throws IOException {
    assertThat(answer("--help")).isEqualTo(helpOfTheCommandLine());
    assertThat(answer("-h")).isEqualTo(helpOfTheCommandLine());
  }

  @Test
  void theReadyVersionIsWhatTheCommandLineWouldSay() throws IOException {
    assertThat(answer("--version")).isEqualTo(new ProgramVersion().getVersion()[0] + "\n");
  }

  @Test
  void nothingElseHasAReadyAnswer() throws IOException {
    assertThat(ReadyAnswers.give(List.of("list"), new ByteArrayOutputStream())).isFalse();
    assertThat(ReadyAnswers.give(List.of("list", "--help"), new ByteArrayOutputStream())).isFalse();
    assertThat(ReadyAnswers.give(List.of(), new ByteArrayOutputStream())).isFalse();
  }

  private static String answer(String argument) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ReadyAnswers.give(List.of(argument), out)).isTrue();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String helpOfTheCommandLine() {
    CommandLine commandLine = Main.commandLine(List.of());
    commandLine.setUsageHelpAutoWidth(false);
    return commandLine.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }
}
