package dev.orchestrate.engine.backend;

import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.PermissionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folder that plugins are loaded from: what others put there would run as this user. */
final class PluginFolder {
  private static final int WRITABLE_BY_ALL = 02;
  private static final int WRITABLE_BY_GROUP = 020;
  private static final int STICKY = 01000;

  private PluginFolder() {}

  /**
   * @throws PermissionException if the folder, what is in it, or a folder above it belongs to
   *     somebody who is neither root nor the user nor the owner of this program; if others can
   *     write to the folder or what is in it; or if everybody can replace a folder above it
   */
  static void requireSafe(Path folder) {
    Set<Integer> trusted = new HashSet<>(List.of(0, SystemCalls.userId(), owner(program())));
    requireSafe(folder, trusted);
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> requireSafe(file, trusted));
      Path above = folder.toRealPath().getParent();
      while (above != null) {
        require(trusted.contains(owner(above)) && !isForEverybody(above), above);
        above = above.getParent();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be read", e);
    }
  }

  private static void requireSafe(Path path, Set<Integer> trusted) {
    int mode = attribute(path, "mode");
    require(
        trusted.contains(owner(path))
            && (mode & WRITABLE_BY_ALL) == 0
            && ((mode & WRITABLE_BY_GROUP) == 0 || isPrivateGroup(path)),
        path);
  }

  /** Root's group, or one that has its owner's number, as Debian gives each user. */
  private static boolean isPrivateGroup(Path path) {
    int group = attribute(path, "gid");
    return group == 0 || group == owner(path);
  }

  /** In a sticky folder, such as /tmp, only its owner can replace what is there. */
  private static boolean isForEverybody(Path folder) {
    return (attribute(folder, "mode") & (WRITABLE_BY_ALL | STICKY)) == WRITABLE_BY_ALL;
  }

  private static void require(boolean holds, Path path) {
    if (!holds) {
      throw new PermissionException(
          path + ": others could put code there that would run as you",
          "make it belong to root or to you, and chmod go-w");
    }
  }

  private static int owner(Path path) {
    return attribute(path, "uid");
  }

  /** What a symbolic link leads to is what will be loaded. */
  private static int attribute(Path path, String name) {
    try {
      return (Integer) Files.getAttribute(path, "unix:" + name);
    } catch (IOException e) {
      throw new UncheckedIOException(path + " can't be looked at", e);
    }
  }

  /** The jar or folder that this class came from. */
  private static Path program() {
    try {
      return Path.of(
          PluginFolder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
