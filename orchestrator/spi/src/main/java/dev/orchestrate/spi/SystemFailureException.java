package dev.orchestrate.spi;

/** A system call failed in a way that none of the other types tell about. */
public final class SystemFailureException extends OrchestrateException {
  private static final long serialVersionUID = 1L;

  public SystemFailureException(String message, String advice) {
    super(message, advice);
  }

  public SystemFailureException(String message, String advice, Throwable cause) {
    super(message, advice, cause);
  }
}
