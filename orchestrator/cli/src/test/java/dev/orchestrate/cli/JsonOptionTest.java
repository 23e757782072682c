package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class JsonOptionTest {
  @TempDir private Path folder;

  /** They run a program of the user's, or write a page, which is what is on standard output. */
  @Test
  void aScriptCanAskAllCommandsButThese() {
    assertThat(without(new CommandLine(new AllCommands())))
        .containsExactlyInAnyOrder("backup", "report", "demo");
  }

  /** Those that have commands below them are asked by those. */
  private static List<String> without(CommandLine program) {
    return program.getSubcommands().entrySet().stream().flatMap(JsonOptionTest::withoutIt).toList();
  }

  private static Stream<String> withoutIt(Map.Entry<String, CommandLine> command) {
    if (!command.getValue().getSubcommands().isEmpty()) {
      return without(command.getValue()).stream();
    }
    return command.getValue().getCommandSpec().findOption("--json") == null
        ? Stream.of(command.getKey())
        : Stream.empty();
  }

  @ParameterizedTest
  @CsvSource({"send --json 0123, -o FILE", "restart --json 0123 -- true, --dry-run"})
  void whereStandardOutputIsForSomethingElseJsonIsRefused(String line, String what) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> words =
        Stream.concat(Stream.of("--no-config", "--state-dir=" + folder), Stream.of(line.split(" ")))
            .toList();

    int status = Main.run(words, new PrintWriter(out), new PrintWriter(err));

    assertThat(status).isEqualTo(ExitStatus.USAGE.status());
    assertThat(err.toString()).contains("--json goes with " + what);
    assertThat(out.toString()).isEmpty();
  }
}
