package dev.orchestrate.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.process.ExternalProgram.OverdueException;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalProgramTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void saysWhatTheProgramSaidAndHowItEnded() {
    Result result =
        ExternalProgram.run(LIMIT, List.of("sh", "-c", "echo $1; echo oops >&2; exit 3", "-", "a"));
    assertThat(result).isEqualTo(new Result(3, "a\n", "oops\n"));
  }

  @Test
  void wordsArriveAsTheyAre() {
    List<String> words = List.of("", "a b", "\"q'", "$HOME;*", "\\");
    List<String> command = new java.util.ArrayList<>(List.of("printf", "%s|"));
    command.addAll(words);
    assertThat(ExternalProgram.run(LIMIT, command).out()).isEqualTo("|a b|\"q'|$HOME;*|\\|");
  }

  @Test
  void itsInputIsEmptyAndItsMessagesAreInEnglish() {
    Result result = ExternalProgram.run(LIMIT, List.of("sh", "-c", "cat; echo $LC_ALL"));
    assertThat(result.out()).isEqualTo("C\n");
  }

  @Test
  void aProgramThatDoesNotExistIsReported() {
    assertThatThrownBy(() -> ExternalProgram.run(LIMIT, List.of("no-such-program")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no-such-program");
  }

  @Test
  void aProgramIsFoundInPathAndInFurtherFolders(@TempDir Path folder) throws IOException {
    Path program = Files.createFile(folder.resolve("no-such-program"));
    assertThat(ExternalProgram.find("sh")).isPresent();
    assertThat(ExternalProgram.find("no-such-program", folder.toString())).isEmpty();
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(ExternalProgram.find("no-such-program", folder.toString())).contains(program);
    assertThat(ExternalProgram.find("no-such-program")).isEmpty();
  }

  @Test
  void aProgramThatTakesTooLongIsKilledWhateverItIgnores() {
    List<String> stubborn = List.of("sh", "-c", "trap '' TERM; exec sleep 600");
    assertThatThrownBy(() -> ExternalProgram.run(Duration.ofMillis(300), stubborn))
        .isInstanceOf(OverdueException.class);
  }
}
