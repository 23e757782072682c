package dev.orchestrate.engine.doctor;

import dev.orchestrate.spi.OrchestrateException;
import java.util.Optional;

/**
 * What was found out about one thing.
 *
 * @param subject a word or two: what it is about
 * @param message what is so
 * @param mend how to mend it; empty if there is nothing to mend
 * @param failure what a command would fail with; for problems only
 */
public record Finding(
    Level level,
    String subject,
    String message,
    String mend,
    Optional<OrchestrateException> failure) {

  /** The higher, the worse. */
  public enum Level {
    /** As it should be. */
    OK,
    /** Something is not possible, or slower; the rest works. */
    WARNING,
    /** Commands fail, or something waits to be cleaned up. */
    PROBLEM
  }

  static Finding ok(String subject, String message) {
    return new Finding(Level.OK, subject, message, "", Optional.empty());
  }

  static Finding warning(String subject, String message, String mend) {
    return new Finding(Level.WARNING, subject, message, mend, Optional.empty());
  }

  static Finding problem(String subject, OrchestrateException failure) {
    return new Finding(
        Level.PROBLEM, subject, failure.getMessage(), failure.advice(), Optional.of(failure));
  }
}
