package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.ConflictException;
import java.util.Optional;

/**
 * Files that an earlier command of the same user has left. What is written to them has passwords in
 * it, so that nobody else may have put one there, or have another name for it.
 */
final class OwnFile {
  private OwnFile() {}

  /** One that is open, or none. */
  record Maybe(Optional<Fd> fd) implements AutoCloseable {
    boolean isThere() {
      return fd.isPresent();
    }

    @Override
    public void close() {
      fd.ifPresent(Fd::close);
    }
  }

  /**
   * Opens it for reading and writing.
   *
   * @throws ConflictException if something has the name that is not such a file
   */
  static Maybe find(Directory folder, RawPath name) {
    Optional<Stat> found = folder.entry(name);
    if (found.isEmpty()) {
      return new Maybe(Optional.empty());
    }
    requireOurs(folder, name, found.get()); // to open a device may be to do something
    Fd file = folder.openBeneath(name, Fd.O_RDWR | Fd.O_NOFOLLOW | Fd.O_NONBLOCK);
    return new Maybe(
        Optional.of(file.prepared(opened -> requireOurs(folder, name, opened.stat()))));
  }

  private static void requireOurs(Directory folder, RawPath name, Stat stat) {
    if (stat.kind() != Stat.Kind.FILE
        || stat.links() != 1
        || !(isOursAlone(stat) || isAsNewOnes(folder, name, stat))) {
      throw new ConflictException(
          folder.subject().resolve(name) + ": is there already, and is not what this program left",
          "look what it is and remove it, or choose another name");
    }
  }

  private static boolean isOursAlone(Stat stat) {
    return stat.user() == SystemCalls.userId() && !stat.isWritableByOthers();
  }

  /**
   * Where all files are one user's, whoever makes them: by a file server that takes root for nobody
   * (exports(5), root_squash), or on a filesystem without owners (mount(8), the options uid and
   * umask of vfat).
   */
  private static boolean isAsNewOnes(Directory folder, RawPath name, Stat stat) {
    RawPath fresh = name.append(".new");
    try (Fd file = folder.create(fresh)) {
      Stat made = file.stat();
      folder.unlink(fresh);
      return made.isOwnedAs(stat) && made.permissions() == stat.permissions();
    } catch (SystemCallException e) {
      if (e.is(Errno.EEXIST)) {
        return false;
      }
      throw e;
    }
  }

  /** Nothing is done if there is none. */
  static void remove(Directory folder, RawPath name) {
    try {
      folder.unlink(name);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
