package dev.orchestrate.linux;

import java.util.Optional;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * Loads the C library at the first system call, not before: it costs a few hundred milliseconds,
 * which {@code --help} should not pay.
 */
final class Native {
  static final int AT_FDCWD = -100;
  static final Runtime RUNTIME;
  static final Optional<Faults> FAULTS;
  static final LibC LIBC;

  static {
    LibC loaded = LibraryLoader.create(LibC.class).failImmediately().load("c");
    RUNTIME = Runtime.getRuntime(loaded);
    FAULTS = Faults.wanted(loaded, RUNTIME);
    LIBC = FAULTS.map(Faults::library).orElse(loaded);
  }

  private Native() {}

  /**
   * @throws SystemCallException if {@code result} is negative
   */
  static long check(long result, String call, Object subject) {
    if (result < 0) {
      throw new SystemCallException(call, subject.toString(), LastError.getLastError(RUNTIME));
    }
    return result;
  }

  static int check(int result, String call, Object subject) {
    return (int) check((long) result, call, subject);
  }

  static Errno lastErrno() {
    return Errno.of(LastError.getLastError(RUNTIME));
  }

  static byte[] terminated(String text) {
    return RawPath.of(text).terminated();
  }
}
