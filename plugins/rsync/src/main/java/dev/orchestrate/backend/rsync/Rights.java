package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.LinuxCapability;
import java.util.Optional;

/** What the calling thread may do; capabilities(7). */
final class Rights {
  private Rights() {}

  /** Whether all that somebody keeps in a directory of theirs can be read. */
  static boolean toRead(Stat directory) {
    return directory.user() == SystemCalls.userId()
        || LinuxCapability.CAP_DAC_READ_SEARCH.isEffective();
  }

  /**
   * What root lacks to keep owners, modes and attributes of everybody's files: rsync(1) would leave
   * out some of it and say nothing.
   */
  static Optional<String> missing() {
    return SystemCalls.userId() != 0
        ? Optional.empty()
        : LinuxCapability.missing(
            LinuxCapability.CAP_CHOWN,
            LinuxCapability.CAP_DAC_OVERRIDE,
            LinuxCapability.CAP_FOWNER,
            LinuxCapability.CAP_FSETID,
            LinuxCapability.CAP_SETFCAP);
  }

  /** overlayfs makes folders of mode 000 for its own use, which root empties by this only. */
  static boolean toRemoveViews() {
    return SystemCalls.userId() != 0 || LinuxCapability.CAP_DAC_OVERRIDE.isEffective();
  }

  /** Whether files can be given to others, and device nodes be made. */
  static boolean toKeepOwners() {
    return LinuxCapability.CAP_CHOWN.isEffective();
  }
}
