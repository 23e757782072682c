package dev.orchestrate.spi;

/** Something that this filesystem, kernel or backend can't do. */
public final class NotSupportedException extends OrchestrateException {
  private static final long serialVersionUID = 1L;

  public NotSupportedException(String message, String advice) {
    super(message, advice);
  }

  public NotSupportedException(String message, String advice, Throwable cause) {
    super(message, advice, cause);
  }
}
