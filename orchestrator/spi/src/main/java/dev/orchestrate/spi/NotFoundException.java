package dev.orchestrate.spi;

/** A path, process, checkpoint or program that does not exist. */
public final class NotFoundException extends OrchestrateException {
  private static final long serialVersionUID = 1L;

  public NotFoundException(String message, String advice) {
    super(message, advice);
  }

  public NotFoundException(String message, String advice, Throwable cause) {
    super(message, advice, cause);
  }
}
