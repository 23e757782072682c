package dev.orchestrate.spi;

/**
 * A failure that a user can do something about; its type says what kind of thing.
 *
 * <p>The message is one line: what happened, and to which path. {@link #advice()} is what to do
 * next.
 */
public abstract sealed class OrchestrateException extends RuntimeException
    permits NotFoundException,
        NotSupportedException,
        PermissionException,
        NoSpaceException,
        ConflictException,
        DamagedException,
        TimeoutException,
        SystemFailureException {
  private static final long serialVersionUID = 1L;
  private final String advice;

  OrchestrateException(String message, String advice) {
    super(message);
    this.advice = advice;
  }

  OrchestrateException(String message, String advice, Throwable cause) {
    super(message, cause);
    this.advice = advice;
  }

  /** What to do next: a clause. Of a third party's plugin it may be empty. */
  public String advice() {
    return advice;
  }
}
