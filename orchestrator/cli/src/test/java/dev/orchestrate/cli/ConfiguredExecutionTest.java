package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.cli.config.Key;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

class ConfiguredExecutionTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void configure() throws IOException {
    file = folder.resolve("config.toml");
    configure(
        """
        unit = "reportd"
        max-frozen = 5
        keep-daily = 7
        no-hooks = true
        ["/srv/data"]
        backend = "btrfs"
        tag = ["nightly", "--odd"]
        no-hooks = false
        """);
  }

  private void configure(String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String effective(String line) {
    List<String> typed =
        Stream.concat(Stream.of("--config=" + file), Stream.of(line.split(" "))).toList();
    CommandLine commandLine = Main.commandLine(typed);
    ParseResult parsed =
        commandLine.parseArgs(DefaultCommand.complete(typed, commandLine).toArray(String[]::new));
    List<String> completed =
        ConfiguredExecution.completed(
            parsed.originalArgs(), ConfiguredExecution.settings(parsed), commandLine);
    return String.join(" ", completed).replace("--config=" + file + " ", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "checkpoint /srv   | checkpoint --unit=reportd --max-frozen=5 --no-hooks /srv",
        "backup /srv -- ls | backup --unit=reportd --max-frozen=5 --no-hooks /srv -- ls",
        "/srv/data | checkpoint --backend=btrfs --unit=reportd --max-frozen=5 --tag=nightly"
            + " --tag=--odd /srv/data",
        "--tag x --max-frozen 1 --pid 5 /srv/data | checkpoint --backend=btrfs --tag x"
            + " --max-frozen 1 --pid 5 /srv/data",
        "--state-dir /s receive /srv/data | --state-dir /s receive --backend=btrfs /srv/data",
        "prune /srv | prune --keep-daily=7 /srv",
        "prune --keep-last 1 /srv | prune --keep-last 1 /srv",
        "list | list",
        "recover | recover",
        "checkpoint --help | checkpoint --help",
      })
  void whatWasTypedGoesBeforeWhatIsConfigured(String typed, String effective) {
    assertThat(effective(typed)).isEqualTo(effective);
  }

  @ParameterizedTest
  @EnumSource
  void eachKeyIsAnOptionOfACommandAboutAPath(Key key) {
    assertThat(
            Main.commandLine(List.of()).getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> ConfiguredExecution.pathParameter(command).isPresent())
                .filter(
                    command -> key.option().map(command.optionsMap()::containsKey).orElse(true)))
        .isNotEmpty();
  }

  /** Or what is said about all would delete what is kept by what is said about one. */
  @Test
  void allPathsAreNotPrunedTogetherIfOneHasRulesOfItsOwn() throws IOException {
    configure("keep-daily = 7\n['/srv/data']\nkeep-daily = 30\n");

    String err = failed("prune");

    assertThat(err).contains(file + ":1: keep-daily does not hold for all", file + ":3, for /srv");
  }

  /** A set is made with the same options; none is left out in silence. */
  @Test
  void pathsOfASetAreConfiguredAlike() throws IOException {
    assertThat(effective("--backend btrfs --tag x --no-hooks /srv/data /srv"))
        .isEqualTo(
            "checkpoint --unit=reportd --max-frozen=5 --backend btrfs --tag x --no-hooks /srv/data"
                + " /srv");
    assertThat(failed("checkpoint", "/srv", "/srv/data"))
        .contains("for /srv/data", "does not hold for all of the paths");
    assertThatThrownBy(() -> effective("backup /srv /srv/data -- ls"))
        .hasMessageContainingAll("for /srv/data", "does not hold for all of the paths");
  }

  @Test
  void anOptionThatIsRefusedIsNamedWithItsLine() throws IOException {
    configure("\nrelink-template = 'a/b'\n");

    assertThat(failed("checkpoint", "/srv")).contains("--relink-template", file + ":2");
  }

  @Test
  void aKeyThatIsUnknownIsAFaultOfTheConfiguration() throws IOException {
    configure("bakend = 'btrfs'\n");

    assertThat(failed("prune", "/srv").lines().toList())
        .satisfiesExactly(
            what ->
                assertThat(what)
                    .isEqualTo("orchestrate: " + file + ":1: bakend: there is no such key"),
            next -> assertThat(next).startsWith("  known: backend, "));
    assertThat(failed("config")).contains("bakend");
  }

  /** Nothing is begun: each fails before. */
  private String failed(String... words) {
    StringWriter err = new StringWriter();
    List<String> typed =
        Stream.concat(Stream.of(words), Stream.of("--config=" + file, "--state-dir=" + folder))
            .toList();
    int status = Main.run(typed, new PrintWriter(new StringWriter()), new PrintWriter(err));
    assertThat(status).as(err.toString()).isEqualTo(ExitStatus.USAGE.status());
    return err.toString();
  }
}
