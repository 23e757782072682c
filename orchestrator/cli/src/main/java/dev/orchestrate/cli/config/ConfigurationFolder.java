package dev.orchestrate.cli.config;

import dev.orchestrate.engine.trust.TrustedFolder;
import dev.orchestrate.spi.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a user's configuration is: {@code config.toml}, then {@code config.d/*.toml} by name, of
 * which later ones go before; and the folder of hooks.
 *
 * @param path need not exist
 */
public record ConfigurationFolder(Path path) {

  /**
   * What its files say.
   *
   * @throws ConfigurationException if one makes no sense
   * @throws dev.orchestrate.spi.PermissionException if others could have written it
   */
  public Configuration read() {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(path)) {
      TrustedFolder.requireSafe(path);
      if (Files.exists(path.resolve("config.toml"))) {
        files.add(path.resolve("config.toml"));
      }
      files.addAll(dropIns(path.resolve("config.d")));
    }
    return read(files);
  }

  private static List<Path> dropIns(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    TrustedFolder.requireSafe(folder);
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.toml"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be read", e);
    }
  }

  /**
   * What one file says, wherever it is.
   *
   * @throws NotFoundException if it does not exist
   * @throws ConfigurationException if it makes no sense
   * @throws dev.orchestrate.spi.PermissionException if others could have written it
   */
  public static Configuration readOnly(Path file) {
    if (!Files.exists(file)) {
      throw new NotFoundException(
          file + ": there is no such file", "name one with --config, or none with --no-config");
    }
    TrustedFolder.requireSafeItself(file);
    return read(List.of(file));
  }

  private static Configuration read(List<Path> files) {
    return new Configuration(
        files.stream().flatMap(file -> ConfigurationFile.read(file).stream()).toList());
  }

  /** Where executables are that are called around a freeze. */
  public Path hooks() {
    return path.resolve("hooks.d");
  }
}
