package org.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that plugins are installed into by commands.
 *
 * @param path need not exist
 * @param orchestrate the program
 */
record PluginsFolder(Path path, Orchestrate orchestrate) {

  Object[] command(Object... words) {
    return Stream.concat(Stream.of("plugins", "--plugins-dir=" + path), Stream.of(words)).toArray();
  }

  Outcome run(Object... words) {
    return orchestrate.run(command(words));
  }

  /** What is there, without what is in folders. */
  List<String> contents() {
    if (Files.notExists(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command that fails, says why and leaves the folder as it was. */
  void refused(int status, String why, Object... words) {
    List<String> before = contents();
    assertThat(run(words).expect(status).err()).contains(why).doesNotContain("Exception");
    assertThat(contents()).isEqualTo(before);
  }
}
