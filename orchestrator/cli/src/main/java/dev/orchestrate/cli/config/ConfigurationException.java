package dev.orchestrate.cli.config;

/** A file says what makes no sense; the message has file, line and key. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String advice;

  ConfigurationException(String message, String advice) {
    super(message);
    this.advice = advice;
  }

  /** What to do next: a clause, or empty. */
  public String advice() {
    return advice;
  }
}
