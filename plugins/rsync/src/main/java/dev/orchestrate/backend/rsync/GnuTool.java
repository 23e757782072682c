package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.NotFoundException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Programs of GNU findutils and coreutils, which take their time and go when this program goes. */
final class GnuTool {
  private static final Duration NO_LIMIT = Duration.ofDays(30);

  private GnuTool() {}

  /**
   * @throws NotFoundException if it can't be started
   */
  static Result run(String... words) {
    try {
      return ExternalProgram.run(NO_LIMIT, Words.killedWithUs(words));
    } catch (UncheckedIOException e) {
      throw new NotFoundException(e.getMessage(), "install findutils, coreutils and util-linux", e);
    }
  }
}
