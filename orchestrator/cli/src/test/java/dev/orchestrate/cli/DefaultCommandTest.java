package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultCommandTest {

  private static List<String> completed(String line) {
    List<String> words = List.of(line.split(" ", -1));
    return DefaultCommand.complete(words, Main.commandLine(words));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/srv",
        "--backend=btrfs /srv",
        "--backend btrfs /srv",
        "--tag nightly --note list /srv",
        "--state-dir show --dry-run /srv",
        "-v --pid 5 /srv",
        "./list"
      })
  void aPathIsCheckpointed(String line) {
    assertThat(completed(line))
        .isEqualTo(
            Stream.concat(Stream.of("checkpoint"), List.of(line.split(" ", -1)).stream()).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"list", "--state-dir /s list", "-v backup /srv -- true", "lits", "--help"})
  void aCommandOrWhatLooksLikeOneIsLeftAsItIs(String line) {
    assertThat(completed(line)).isEqualTo(List.of(line.split(" ", -1)));
  }
}
