package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Sealing;
import java.util.List;
import java.util.Optional;

/** The state directory, and how files are kept in it: whole or not at all, and nobody else's. */
final class StateFolder {
  private final RawPath path;

  StateFolder(RawPath path) {
    this.path = path;
  }

  RawPath path() {
    return path;
  }

  List<String> names(RawPath below) {
    Optional<Directory> opened = openIfThere(below);
    if (opened.isEmpty()) {
      return List.of();
    }
    try (Directory folder = opened.get()) {
      return folder.list().stream().map(RawPath::text).sorted().toList();
    }
  }

  static Optional<byte[]> read(Directory folder, RawPath name) {
    try (Fd file = folder.openBeneath(name, Fd.O_RDONLY | Fd.O_NONBLOCK)) {
      Stat stat = file.stat();
      if (stat.kind() != Stat.Kind.FILE || stat.size() > ManifestFormat.LARGEST) {
        throw new DamagedException(
            file.subject() + ": is no file, or larger than any that this program writes",
            "restore it from a copy, or remove it");
      }
      return Optional.of(file.readAll());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw Failures.of(e, "reading the catalog", "");
    }
  }

  /** Writes so that after a crash there is the whole file or none. */
  static void store(Directory folder, RawPath name, byte[] contents) {
    RawPath part = name.append(".part");
    try {
      folder.removeTree(part);
      try (Fd file = folder.create(part)) {
        file.writeAll(contents);
        file.sync();
      }
      folder.replace(part, folder, name);
      folder.fd().sync();
    } catch (SystemCallException e) {
      try {
        folder.removeTree(part);
      } catch (SystemCallException left) {
        e.addSuppressed(left);
      }
      throw Failures.of(e, "writing the catalog", "");
    }
  }

  Directory openOrMake(RawPath below) {
    try {
      makeStateDirectory();
      try (Directory state = Directory.open(path)) {
        requireOurs(state);
        return Sealing.makeFolder(state, below);
      }
    } catch (SystemCallException e) {
      throw Failures.of(e, "opening the state directory", "");
    }
  }

  private void makeStateDirectory() {
    RawPath made = RawPath.ROOT;
    for (RawPath name : path.components()) {
      try (Directory parent = Directory.openFollowing(made)) {
        parent.makeDirectory(name, 0700);
      } catch (SystemCallException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
      made = made.resolve(name);
    }
  }

  Optional<Directory> openIfThere(RawPath below) {
    try (Directory state = Directory.open(path)) {
      requireOurs(state);
      return Optional.of(state.openDirectory(below));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw Failures.of(e, "opening the state directory", "");
    }
  }

  /** What others can write here would be believed at restart, by root perhaps. */
  private static void requireOurs(Directory state) {
    Stat stat = state.stat();
    if (stat.user() != SystemCalls.userId() || stat.isWritableByOthers()) {
      throw new PermissionException(
          "state directory " + state.subject() + ": others could write to it",
          "it has to be yours: chown it, and chmod go-w");
    }
  }
}
