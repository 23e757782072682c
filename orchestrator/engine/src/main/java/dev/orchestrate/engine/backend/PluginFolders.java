package dev.orchestrate.engine.backend;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where plugins are.
 *
 * @param shipped those that come with the program, and go with it; never changed
 * @param added those that somebody has installed; need not exist
 */
public record PluginFolders(Optional<Path> shipped, Path added) {

  /** One folder for both. */
  public static PluginFolders only(Path folder) {
    return new PluginFolders(Optional.empty(), folder);
  }

  /** Those of a program that is installed in a folder. */
  public static PluginFolders of(Path program) {
    return new PluginFolders(
        Optional.of(program.resolve("plugins")), program.resolve("local-plugins"));
  }

  /** Those that there are. */
  List<Path> existing() {
    return Stream.concat(shipped.stream(), Stream.of(added)).filter(Files::isDirectory).toList();
  }
}
