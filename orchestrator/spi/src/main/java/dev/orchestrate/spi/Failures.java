package dev.orchestrate.spi;

import dev.orchestrate.linux.SystemCallException;

/** Turns the kernel's reasons into failures that tell a user what to do next. */
public final class Failures {
  private Failures() {}

  /**
   * @param doing what was being done, such as "linking into lost+found"
   * @param capability which capability allows it, such as "CAP_DAC_READ_SEARCH"; empty if none
   */
  public static OrchestrateException of(SystemCallException e, String doing, String capability) {
    String message = doing + ": " + e.getMessage();
    return switch (e.errno()) {
      case EPERM, EACCES ->
          new PermissionException(
              message,
              capability.isEmpty()
                  ? "run as the owner of the files, or as root"
                  : "run as root or with " + capability,
              e);
      case ENOSPC, EDQUOT -> new NoSpaceException(message, "free some space and try again", e);
      case EMFILE, ENFILE ->
          new NoSpaceException(message, "raise the limit on open files (ulimit -n)", e);
      case EROFS -> new NotSupportedException(message, "remount it read-write", e);
      case EEXIST, EBUSY, ENOTEMPTY, ETXTBSY, ELOOP ->
          new ConflictException(message, "remove what is in the place, or choose another", e);
      case ENAMETOOLONG -> new ConflictException(message, "choose a shorter name", e);
      case ENOENT, ESRCH, ENODEV, ENOTDIR, ESTALE -> new NotFoundException(message, "", e);
      case EOPNOTSUPP, ENOTTY, ENOSYS, EXDEV -> new NotSupportedException(message, "", e);
      default -> new SystemFailureException(message, "", e);
    };
  }
}
