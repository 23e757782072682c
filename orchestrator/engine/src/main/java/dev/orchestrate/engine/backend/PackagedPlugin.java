package dev.orchestrate.engine.backend;

import dev.orchestrate.engine.trust.TrustedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What in a plugins folder is a plugin, or was meant to be one. */
record PackagedPlugin(Path path, Packaging packaging) {

  enum Packaging {
    JAR,
    /** An expanded zip: classes, and libraries as jars. */
    FOLDER,
    /** Not loaded; pf4j would expand it beside itself whenever a command is typed. */
    ZIP
  }

  /** Those of a folder, in the order of their names. */
  static Stream<PackagedPlugin> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().flatMap(path -> of(path).stream()).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be read", e);
    }
  }

  private static Optional<PackagedPlugin> of(Path path) {
    if (Files.isDirectory(path)) {
      return Optional.of(path)
          .filter(PackagedPlugin::isExpanded)
          .map(one -> new PackagedPlugin(one, Packaging.FOLDER));
    }
    if (path.toString().endsWith(".jar")) {
      return Optional.of(new PackagedPlugin(path, Packaging.JAR));
    }
    return Optional.of(path)
        .filter(PackagedPlugin::isZip)
        .map(one -> new PackagedPlugin(one, Packaging.ZIP));
  }

  /** One whose name begins with a dot belongs to an installation that is not finished. */
  private static boolean isExpanded(Path folder) {
    return !folder.getFileName().toString().startsWith(".")
        && Stream.of("classes", "lib").map(folder::resolve).anyMatch(Files::isDirectory);
  }

  static boolean isZip(Path path) {
    return path.toString().endsWith(".zip");
  }

  /**
   * @throws dev.orchestrate.spi.PermissionException if others could have changed what is below a
   *     folder; the folder that this is in is for the caller to look at
   */
  void requireSafe() {
    if (packaging == Packaging.FOLDER) {
      TrustedFolder.requireAllSafe(path);
    }
  }
}
