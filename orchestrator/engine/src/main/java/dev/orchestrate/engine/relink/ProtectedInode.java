package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.LinuxCapability;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An inode with chattr +i or +a, which the kernel lets nobody link, whoever asks. */
final class ProtectedInode {
  private ProtectedInode() {}

  static OrchestrateException failure(Fd inode, SystemCallException e) {
    String message = inode.subject() + ": is immutable or append-only, and has lost its name";
    List<LinuxCapability> missing =
        Stream.of(LinuxCapability.CAP_LINUX_IMMUTABLE, LinuxCapability.CAP_DAC_READ_SEARCH)
            .filter(capability -> !capability.isEffective())
            .toList();
    return missing.isEmpty()
        ? new NotSupportedException(
            message + ", and this backend can't give it one", "chattr -i -a its other name", e)
        : new PermissionException(
            message,
            "run as root or with "
                + missing.stream().map(Enum::name).collect(Collectors.joining(" and ")),
            e);
  }
}
