package dev.orchestrate.engine.backend;

import dev.orchestrate.engine.trust.TrustedFolder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.PermissionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts plugins into the folder for those that are added, and takes them away, whole or not at all.
 */
public final class InstalledPlugins {
  /** A folder in the plugins folder, from which nothing is loaded. */
  private static final RawPath UNFINISHED = RawPath.of(".unfinished");

  private final PluginFolders folders;

  public InstalledPlugins(PluginFolders folders) {
    this.folders = folders;
  }

  /**
   * All that are there, usable or not.
   *
   * @throws PermissionException if others could have put one there
   */
  public List<Plugin> list() {
    return Backends.load(folders).plugins();
  }

  /**
   * Copies a jar into the folder, or expands a zip there, after a look at whether it can be used. A
   * zip that is in the folder itself is taken away then.
   *
   * @param replace whether one of the same id is replaced
   * @throws NotSupportedException if it is no plugin, or does not fit this version
   * @throws ConflictException if there is one of the same id, or a backend of the same name
   * @throws PermissionException if others could have changed the file, or the folder
   */
  public Plugin install(Path file, boolean replace) {
    try (Fd source = Fd.open(RawPath.of(file.toString()), Fd.O_RDONLY | Fd.O_NONBLOCK)) {
      requireSafe(source, file);
      return inFolder(true, folder -> install(source, file, folder, replace));
    } catch (SystemCallException e) {
      throw Failures.of(e, "installing " + file, "");
    }
  }

  private Plugin install(Fd source, Path file, Directory folder, boolean replace) {
    try (Directory unfinished = unfinished(folder)) {
      Candidate candidate = Candidate.of(source, file, unfinished);
      Plugin plugin = candidate.plugin();
      Optional<RawPath> replaced = requireFree(plugin, file, replace).map(InstalledPlugins::nameOf);
      candidate.place(folder, plugin.id(), replaced);
      folder.fd().sync();
      RawPath dropped = nameOf(file);
      if (folder.find(dropped).filter(source.stat()::isSameInode).isPresent()) {
        folder.unlink(dropped);
      }
      return plugin;
    } finally {
      folder.removeTree(UNFINISHED);
    }
  }

  private static Directory unfinished(Directory folder) {
    folder.makeDirectory(UNFINISHED, 0700);
    return folder.openDirectory(UNFINISHED);
  }

  private static RawPath nameOf(Plugin plugin) {
    return nameOf(plugin.file());
  }

  private static RawPath nameOf(Path file) {
    return RawPath.of(file.getFileName().toString());
  }

  /** The plugin that is to be replaced, if there is one. */
  private Optional<Plugin> requireFree(Plugin plugin, Path file, boolean replace) {
    List<Plugin> installed = list();
    Optional<Plugin> same =
        installed.stream().filter(one -> one.id().equals(plugin.id())).findFirst();
    same.ifPresent(
        one -> {
          if (isShipped(one)) {
            throw new ConflictException(
                file + ": is " + plugin.id() + ", and one of that name comes with the program",
                "give it another plugin.id");
          } else if (!replace) {
            throw new ConflictException(
                file + ": " + one + " is installed", "to replace it: --replace");
          }
        });
    for (Plugin other : installed) {
      for (String name : other.backendNames()) {
        if (!other.id().equals(plugin.id()) && plugin.backendNames().contains(name)) {
          throw new ConflictException(
              file + ": has a backend " + name + ", and so has " + other,
              "remove that one, if you want this one instead");
        }
      }
    }
    return same;
  }

  /**
   * @throws NotFoundException if there is none of that id
   * @throws NotSupportedException if it comes with the program
   */
  public Plugin find(String id) {
    Plugin plugin =
        list().stream()
            .filter(one -> one.id().equals(id))
            .min(Comparator.comparing(this::isShipped)) // of two, the one that was added
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "plugin " + id + ": there is none of that name",
                        "see: orchestrate plugins list"));
    if (isShipped(plugin)) {
      throw new NotSupportedException(
          plugin + " comes with the program, and goes with it", "only added ones can be removed");
    }
    return plugin;
  }

  /** Removes one that {@link #find} gave: from its name first, so that half of it is no plugin. */
  public void remove(Plugin plugin) {
    inFolder(
        false,
        folder -> {
          try (Directory unfinished = unfinished(folder)) {
            folder.rename(nameOf(plugin), unfinished, nameOf(plugin));
            folder.fd().sync();
            return plugin;
          } finally {
            folder.removeTree(UNFINISHED);
          }
        });
  }

  public boolean isShipped(Plugin plugin) {
    return folders.shipped().filter(plugin.file().getParent()::equals).isPresent();
  }

  /** Does something in the folder that no other command does at the same time. */
  private Plugin inFolder(boolean make, Function<Directory, Plugin> action) {
    Path path = folders.added();
    boolean made = make && !Files.isDirectory(path);
    if (made) {
      make(path);
    }
    try {
      TrustedFolder.requireSafe(path);
      try (Directory folder = Directory.openFollowing(RawPath.of(path.toString()))) {
        lock(folder);
        folder.removeTree(UNFINISHED); // of an installation that was killed
        return action.apply(folder);
      }
    } catch (SystemCallException e) {
      removeIfMade(made, path, e);
      throw Failures.of(e, "changing " + path, "");
    } catch (RuntimeException e) {
      removeIfMade(made, path, e);
      throw e;
    }
  }

  private static void removeIfMade(boolean made, Path folder, RuntimeException failure) {
    try {
      if (made) {
        Files.delete(folder.toRealPath());
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static void lock(Directory folder) {
    try {
      folder.fd().flock(true);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EAGAIN)) {
        throw e;
      }
      throw new ConflictException(
          folder.subject() + ": another command changes plugins there", "try again", e);
    }
  }

  /** Readable by all, whatever the umask; it may be a link to where it is to be. */
  private static void make(Path folder) {
    try {
      Path made =
          Files.isSymbolicLink(folder)
              ? folder.resolveSibling(Files.readSymbolicLink(folder))
              : folder;
      Files.createDirectories(made);
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (java.nio.file.AccessDeniedException e) {
      throw new PermissionException(
          folder + " can't be made", "run as root, or choose a folder: --plugins-dir", e);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be made", e);
    }
  }

  private static void requireSafe(Fd source, Path file) {
    Stat stat = source.stat();
    if (stat.kind() != Stat.Kind.FILE) {
      throw new NotSupportedException(file + ": is no file", "name the plugin's jar or zip");
    }
    TrustedFolder.requireSafe(stat, file);
  }
}
