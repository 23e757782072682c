package dev.orchestrate.spi;

/** A manifest or stored snapshot that can't be trusted. */
public final class DamagedException extends OrchestrateException {
  private static final long serialVersionUID = 1L;

  public DamagedException(String message, String advice) {
    super(message, advice);
  }

  public DamagedException(String message, String advice, Throwable cause) {
    super(message, advice, cause);
  }
}
