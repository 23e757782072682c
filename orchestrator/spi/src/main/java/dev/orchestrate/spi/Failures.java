package dev.orchestrate.spi;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import java.util.Optional;

/** Turns the kernel's reasons into failures that tell a user what to do next. */
public final class Failures {
  private Failures() {}

  /**
   * @param doing what was being done, such as "linking into lost+found"
   * @param capability which capability allows it, such as "CAP_DAC_READ_SEARCH"; empty if none
   */
  public static OrchestrateException of(SystemCallException e, String doing, String capability) {
    String message = doing + ": " + e.getMessage();
    String needed = capabilityFor(e).orElse(capability);
    return switch (e.errno()) {
      case EPERM, EACCES ->
          new PermissionException(
              message,
              needed.isEmpty()
                  ? "run as the owner of the files, or as root"
                  : "run as root or with " + needed,
              e);
      case ENOSPC, EDQUOT -> new NoSpaceException(message, "free some space and try again", e);
      case EMFILE, ENFILE ->
          new NoSpaceException(message, "raise the limit on open files (ulimit -n)", e);
      case EROFS -> new NotSupportedException(message, "remount it read-write", e);
      case EEXIST, EBUSY, ENOTEMPTY, ETXTBSY, ELOOP ->
          new ConflictException(message, "remove what is in the place, or choose another", e);
      case ENAMETOOLONG -> new ConflictException(message, "choose a shorter name", e);
      case ENOENT, ESRCH, ENODEV, ENOTDIR, ESTALE ->
          new NotFoundException(message, "see whether it is still there, and try again", e);
      case EOPNOTSUPP, ENOTTY, ENOSYS, EXDEV ->
          new NotSupportedException(
              message, "choose a path, or a backend, that can do that; see: orchestrate doctor", e);
      default ->
          new SystemFailureException(
              message, "the kernel may have said more: dmesg; where it was: --debug", e);
    };
  }

  /** A failure of the same kind as another, its cause, that says more. */
  public static OrchestrateException again(OrchestrateException e, String message, String advice) {
    OrchestrateException again = ofSameKind(e, message, advice);
    for (Throwable suppressed : e.getSuppressed()) {
      again.addSuppressed(suppressed);
    }
    return again;
  }

  private static OrchestrateException ofSameKind(
      OrchestrateException e, String message, String advice) {
    if (e instanceof PermissionException) {
      return new PermissionException(message, advice, e);
    } else if (e instanceof NoSpaceException) {
      return new NoSpaceException(message, advice, e);
    } else if (e instanceof ConflictException) {
      return new ConflictException(message, advice, e);
    } else if (e instanceof NotFoundException) {
      return new NotFoundException(message, advice, e);
    } else if (e instanceof NotSupportedException) {
      return new NotSupportedException(message, advice, e);
    } else if (e instanceof DamagedException) {
      return new DamagedException(message, advice, e);
    } else if (e instanceof TimeoutException) {
      return new TimeoutException(message, advice, e);
    }
    return new SystemFailureException(message, advice, e);
  }

  /** Calls that one capability decides about, whatever they are made for; capabilities(7). */
  private static Optional<String> capabilityFor(SystemCallException e) {
    if (!e.is(Errno.EPERM)) {
      return Optional.empty();
    }
    return switch (e.call()) {
      case "chown" -> Optional.of("CAP_CHOWN");
      case "chmod g+s" -> Optional.of("CAP_FSETID");
      case "chmod", "utimensat" -> Optional.of("CAP_FOWNER");
      case "setxattr" -> Optional.of("CAP_SETFCAP and CAP_FOWNER");
      case "mknod" -> Optional.of("CAP_MKNOD");
      case "open_by_handle_at" -> Optional.of("CAP_DAC_READ_SEARCH");
      case "ioctl(FS_IOC_SETFLAGS)" -> Optional.of("CAP_LINUX_IMMUTABLE");
      case "setgroups", "setresgid" -> Optional.of("CAP_SETGID");
      case "setresuid" -> Optional.of("CAP_SETUID");
      case "kill" -> Optional.of("CAP_KILL");
      case "mount", "umount", "unshare" -> Optional.of("CAP_SYS_ADMIN");
      default -> Optional.empty();
    };
  }
}
