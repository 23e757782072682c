package dev.orchestrate.spi;

/** A right that the user lacks; the message names it. */
public final class PermissionException extends OrchestrateException {
  private static final long serialVersionUID = 1L;

  public PermissionException(String message, String advice) {
    super(message, advice);
  }

  public PermissionException(String message, String advice, Throwable cause) {
    super(message, advice, cause);
  }
}
