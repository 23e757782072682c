package dev.orchestrate.engine.restart;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.FileLock;
import dev.orchestrate.spi.ConflictException;

/**
 * Takes a recorded lock again. In a view that is the live tree the program that was checkpointed
 * may hold it still; a restarted one that believes it has the lock must not run without.
 */
final class LockAgain {
  private LockAgain() {}

  /**
   * A lock of the POSIX kind belongs to a process that is no more, and is not taken.
   *
   * @param name of the file, for people
   * @throws ConflictException if somebody else holds it
   */
  static void take(Fd fd, FileLock lock, RawPath name) {
    try {
      switch (lock.kind()) {
        case FLOCK -> fd.flock(lock.exclusive());
        case OFD -> fd.lockRange(lock.exclusive(), lock.start(), lock.length());
        case POSIX -> {}
      }
    } catch (SystemCallException e) {
      if (e.is(Errno.EAGAIN, Errno.EACCES)) {
        throw new ConflictException(
            name + ": " + describe(lock) + " can't be taken again, as another program has a lock",
            "end that program, which may be the one that was checkpointed, and try again",
            e);
      }
      throw e;
    }
  }

  private static String describe(FileLock lock) {
    String mode = lock.exclusive() ? "exclusive" : "shared";
    if (lock.kind() == FileLock.Kind.FLOCK) {
      return "the " + mode + " lock (flock)";
    }
    String last = lock.length() == 0 ? "the end" : "" + (lock.start() + lock.length() - 1);
    return "the %s lock on bytes %d to %s".formatted(mode, lock.start(), last);
  }
}
