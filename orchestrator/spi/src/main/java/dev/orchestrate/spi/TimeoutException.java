package dev.orchestrate.spi;

/** Something took longer than the user allows. */
public final class TimeoutException extends OrchestrateException {
  private static final long serialVersionUID = 1L;

  public TimeoutException(String message, String advice) {
    super(message, advice);
  }

  public TimeoutException(String message, String advice, Throwable cause) {
    super(message, advice, cause);
  }
}
