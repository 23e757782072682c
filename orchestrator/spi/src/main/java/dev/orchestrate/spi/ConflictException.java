package dev.orchestrate.spi;

/** Something else is in the place, or in use. */
public final class ConflictException extends OrchestrateException {
  private static final long serialVersionUID = 1L;

  public ConflictException(String message, String advice) {
    super(message, advice);
  }

  public ConflictException(String message, String advice, Throwable cause) {
    super(message, advice, cause);
  }
}
