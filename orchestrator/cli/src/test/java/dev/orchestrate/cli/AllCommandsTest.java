package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AllCommandsTest {

  private static Stream<String> names() {
    return new CommandLine(new AllCommands()).getSubcommands().keySet().stream();
  }

  private static List<String> described(String line) {
    List<String> words = Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).toList();
    return List.copyOf(Main.commandLine(words).getSubcommands().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aCommandThatComesFirstIsDescribedAlone(String name) {
    assertThat(described(name + " list --help")).containsExactly(name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void itsHelpIsTheSameAsIfAllWere(String name) {
    assertThat(help(Main.commandLine(List.of(name)), name))
        .isEqualTo(help(Main.commandLine(List.of()), name));
  }

  private static String help(CommandLine program, String command) {
    return program.getSubcommands().get(command).getUsageMessage();
  }

  @ParameterizedTest
  @CsvSource({"/srv", "--backend=btrfs /srv", "--frobnicate", "lits", "'--pid 5 ./list'"})
  void whatNamesNoneIsAboutACheckpoint(String line) {
    assertThat(described(line)).containsExactly("checkpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--state-dir /s list", "--tag list /srv", "-v --help", "-V /srv"})
  void allAreDescribedWhereItIsNotClearWhichItIs(String line) {
    assertThat(described(line)).containsExactlyElementsOf(names().toList());
  }
}
