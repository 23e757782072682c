package dev.orchestrate.engine.backend;

import dev.orchestrate.linux.Contents;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotSupportedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is to be a plugin, copied or expanded in a folder that nothing is loaded from, so that
 * nobody else can exchange it while it is looked at.
 */
final class Candidate {
  private static final RawPath JAR = RawPath.of("plugin.jar");
  private static final RawPath FOLDER = RawPath.of("plugin");
  private static final RawPath ZIP = RawPath.of("zip");

  private final Directory unfinished;
  private final Path given;
  private final RawPath name;

  private Candidate(Directory unfinished, Path given, RawPath name) {
    this.unfinished = unfinished;
    this.given = given;
    this.name = name;
  }

  /**
   * @param source a jar; or a zip, if its name says so
   * @param given the path that the user named
   * @param unfinished an empty folder of mode 0700
   * @throws NotSupportedException if a zip can't be expanded
   */
  static Candidate of(Fd source, Path given, Directory unfinished) {
    if (!PackagedPlugin.isZip(given)) {
      copy(source, unfinished, JAR);
      return new Candidate(unfinished, given, JAR);
    }
    ZipExpansion.requireSize(source.stat().size(), given);
    copy(source, unfinished, ZIP);
    unfinished.makeDirectory(FOLDER, 0755);
    try (Directory folder = unfinished.openDirectory(FOLDER)) {
      folder.fd().setPermissions(0755); // whatever the umask
      ZipExpansion.expand(in(unfinished).resolve(ZIP.text()), given, folder);
    }
    unfinished.unlink(ZIP);
    return new Candidate(unfinished, given, FOLDER);
  }

  private static void copy(Fd source, Directory unfinished, RawPath name) {
    try (Fd copy = unfinished.create(name)) {
      Contents.copy(source, copy, source.stat().size());
      copy.setPermissions(0644);
      copy.sync();
    }
  }

  private static Path in(Directory folder) {
    return Path.of(folder.subject().text());
  }

  /**
   * What it says of itself, and its backends.
   *
   * @throws NotSupportedException if it can't be used
   */
  Plugin plugin() {
    try (LoadedPlugins loaded = LoadedPlugins.of(List.of(in(unfinished)))) {
      Plugin plugin = loaded.all().get(0);
      plugin
          .problem()
          .ifPresent(
              problem -> {
                throw new NotSupportedException(
                    given + ": " + problem, "get the one for this version; nothing was changed");
              });
      return plugin;
    }
  }

  /**
   * Gives it its name, where it is loaded from. At each moment there is one of the two, whole,
   * whatever breaks.
   *
   * @param plugins the folder that {@link #unfinished} is in
   * @param replaced the name of what it takes the place of, which is then among what is unfinished
   */
  void place(Directory plugins, String id, Optional<RawPath> replaced) {
    RawPath own = RawPath.of(isFolder() ? id : id + ".jar");
    if (replaced.isEmpty()) {
      unfinished.rename(name, plugins, own);
      return;
    }
    RawPath place = replaced.get();
    boolean isOtherwiseNamed = !place.equals(own) && isFolder() == place.text().endsWith(".jar");
    if (isOtherwiseNamed && plugins.find(own).isPresent()) {
      throw new ConflictException(
          plugins.subject().resolve(own) + ": is in the way of " + given, "move it elsewhere");
    }
    // A folder is loaded whatever its name is, and a jar only as one.
    if (isOtherwiseNamed && !isFolder()) {
      plugins.rename(place, plugins, own);
      place = own;
    }
    exchange(plugins, place);
    if (isOtherwiseNamed && isFolder()) {
      plugins.rename(place, plugins, own);
    }
  }

  private boolean isFolder() {
    return name.equals(FOLDER);
  }

  /** By rename(2) where that can be: not all filesystems can do what folders need. */
  private void exchange(Directory plugins, RawPath place) {
    if (!isFolder() && plugins.find(place).filter(Stat::isDirectory).isEmpty()) {
      unfinished.replace(name, plugins, place);
      return;
    }
    try {
      unfinished.exchange(name, plugins, place);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EINVAL)) {
        throw e;
      }
      throw new NotSupportedException(
          plugins.subject() + ": a folder can't be replaced on this filesystem",
          "remove the plugin before: orchestrate plugins remove",
          e);
    }
  }
}
