package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import java.util.Optional;

/** This backend's folder below the program's state folder: mount points of views, and notes. */
final class StateFolder {
  private StateFolder() {}

  /** Opens it, making it with mode 0700 if it is missing. */
  static Directory openOrMake(StoredSnapshot stored) {
    RawPath folder = stored.folder();
    try (Directory parent = Directory.open(folder.parent())) {
      makeIfMissing(parent, folder.name());
      return parent.openDirectory(folder.name());
    } catch (SystemCallException e) {
      throw Failures.of(e, "making a folder for mount points", "");
    }
  }

  static Optional<Directory> openIfThere(StoredSnapshot stored) {
    try {
      return Optional.of(Directory.open(stored.folder()));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw Failures.of(e, "opening the folder of mount points", "");
    }
  }

  static void makeIfMissing(Directory parent, RawPath name) {
    try {
      parent.makeDirectory(name, 0700);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }
}
