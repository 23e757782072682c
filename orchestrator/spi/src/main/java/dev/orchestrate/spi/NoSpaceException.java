package dev.orchestrate.spi;

/** No space, quota or descriptors left. */
public final class NoSpaceException extends OrchestrateException {
  private static final long serialVersionUID = 1L;

  public NoSpaceException(String message, String advice) {
    super(message, advice);
  }

  public NoSpaceException(String message, String advice, Throwable cause) {
    super(message, advice, cause);
  }
}
