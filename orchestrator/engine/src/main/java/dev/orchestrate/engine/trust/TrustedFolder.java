package dev.orchestrate.engine.trust;

import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.SystemFailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of plugins, hooks or settings: what others put there would run as this user, or say what
 * does.
 */
public final class TrustedFolder {
  private static final int WRITABLE_BY_ALL = 02;
  private static final int WRITABLE_BY_GROUP = 020;
  private static final int STICKY = 01000;

  private TrustedFolder() {}

  /**
   * @throws PermissionException if the folder, what is in it, or a folder above it belongs to
   *     somebody who is neither root nor the user nor the owner of this program; if others can
   *     write to the folder or what is in it; or if everybody can replace a folder above it
   */
  public static void requireSafe(Path folder) {
    Set<Integer> trusted = trusted();
    requireSafeItself(folder, trusted);
    try (Stream<Path> files = Files.list(folder)) {
      // a link to nowhere, as some editors leave, leads to nothing that could be run or read
      files.filter(Files::exists).forEach(file -> requireSafe(file, trusted));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /**
   * The same for all that is in a folder, however deep, and for what links there lead to. A link to
   * nowhere is not safe: somebody may put something there before it is read.
   *
   * @throws SystemFailureException if there is one, or something can't be looked at
   * @throws PermissionException if any of it, or a folder above it, is not safe in that sense
   */
  public static void requireAllSafe(Path folder) {
    Set<Integer> trusted = trusted();
    requireSafeItself(folder, trusted);
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      all.forEach(path -> requireSafeWithin(path, trusted));
    } catch (UncheckedIOException e) {
      throw unreadable(folder, e.getCause());
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static void requireSafeWithin(Path path, Set<Integer> trusted) {
    if (Files.isSymbolicLink(path)) {
      requireSafeItself(path, trusted);
    } else {
      requireSafe(path, trusted);
    }
  }

  /**
   * The same for one file, or for a folder whatever is in it.
   *
   * @throws PermissionException if it, or a folder above it, is not safe in that sense
   */
  public static void requireSafeItself(Path path) {
    requireSafeItself(path, trusted());
  }

  private static void requireSafeItself(Path path, Set<Integer> trusted) {
    requireSafe(path, trusted);
    try {
      Path above = path.toRealPath().getParent();
      while (above != null) {
        require(
            trusted.contains(owner(above)) && !isForEverybody(above),
            above,
            "make it belong to root or to you, and chmod go-w");
        above = above.getParent();
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static Set<Integer> trusted() {
    return new HashSet<>(List.of(0, SystemCalls.userId(), owner(program())));
  }

  private static void requireSafe(Path path, Set<Integer> trusted) {
    Map<String, Object> found = attributes(path, "uid,gid,mode");
    require(
        isSafe((int) found.get("uid"), (int) found.get("gid"), (int) found.get("mode"), trusted),
        path,
        "make it belong to root or to you, and chmod go-w");
  }

  /**
   * The same for a file from elsewhere, that is open.
   *
   * @throws PermissionException if it belongs to somebody else, or others can write to it
   */
  public static void requireSafe(Stat stat, Path path) {
    require(
        isSafe(stat.user(), stat.group(), stat.permissions(), trusted()),
        path,
        "if you know what it is, copy it, as by: install -m 644 " + path + " /root");
  }

  private static boolean isSafe(int owner, int group, int mode, Set<Integer> trusted) {
    return trusted.contains(owner)
        && (mode & WRITABLE_BY_ALL) == 0
        && ((mode & WRITABLE_BY_GROUP) == 0 || isPrivate(group, owner));
  }

  /** Root's group, or one that has its owner's number, as Debian gives each user. */
  private static boolean isPrivate(int group, int owner) {
    return group == 0 || group == owner;
  }

  /** In a sticky folder, such as /tmp, only its owner can replace what is there. */
  private static boolean isForEverybody(Path folder) {
    return (attribute(folder, "mode") & (WRITABLE_BY_ALL | STICKY)) == WRITABLE_BY_ALL;
  }

  private static void require(boolean holds, Path path, String advice) {
    if (!holds) {
      throw new PermissionException(
          path + ": others could put code there that would run as you", advice);
    }
  }

  private static int owner(Path path) {
    return attribute(path, "uid");
  }

  private static int attribute(Path path, String name) {
    return (int) attributes(path, name).get(name);
  }

  /** What a symbolic link leads to is what will be loaded. */
  private static Map<String, Object> attributes(Path path, String names) {
    try {
      return Files.readAttributes(path, "unix:" + names);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static SystemFailureException unreadable(Path path, IOException e) {
    return new SystemFailureException(
        path + ": can't be looked at: " + e.getMessage(), "see: ls -ld " + path, e);
  }

  /** The jar or folder that this class came from. */
  private static Path program() {
    try {
      return Path.of(
          TrustedFolder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
