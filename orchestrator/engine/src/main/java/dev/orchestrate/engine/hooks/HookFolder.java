package dev.orchestrate.engine.hooks;

import dev.orchestrate.engine.trust.TrustedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder of hooks, each an executable that is called with {@code freeze} and {@code thaw}. */
public final class HookFolder {
  /** Those that the script fsfreeze-hook of QEMU's guest agent passes over, and hidden ones. */
  private static final Pattern LEFTOVER =
      Pattern.compile("\\..*|.*(~|\\.(bak|orig|sample|rpmnew|rpmorig|rpmsave|dpkg-\\w+))");

  private HookFolder() {}

  /**
   * The hooks in it, by name.
   *
   * @param folder need not exist
   * @throws dev.orchestrate.spi.PermissionException if others could have put one there
   */
  public static List<Hook> hooks(Path folder) {
    return files(folder).filter(Files::isExecutable).map(file -> Hook.of(file.toString())).toList();
  }

  /** What looks like a hook, but is not called, since it can't be executed. */
  public static List<Path> notExecutable(Path folder) {
    return files(folder).filter(file -> !Files.isExecutable(file)).toList();
  }

  private static Stream<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    TrustedFolder.requireSafe(folder);
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !LEFTOVER.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be read", e);
    }
  }
}
