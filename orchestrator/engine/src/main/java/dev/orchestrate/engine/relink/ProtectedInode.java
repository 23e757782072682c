package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.LinuxCapability;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;

/** An inode with chattr +i or +a, which the kernel lets nobody link, whoever asks. */
final class ProtectedInode {
  private ProtectedInode() {}

  static OrchestrateException failure(Fd inode, SystemCallException e) {
    String message = inode.subject() + ": is immutable or append-only, and has lost its name";
    return LinuxCapability.missing(
            LinuxCapability.CAP_LINUX_IMMUTABLE, LinuxCapability.CAP_DAC_READ_SEARCH)
        .<OrchestrateException>map(
            missing -> new PermissionException(message, "run as root or with " + missing, e))
        .orElseGet(
            () ->
                new NotSupportedException(
                    message + ", and this backend can't give it one",
                    "chattr -i -a its other name",
                    e));
  }
}
