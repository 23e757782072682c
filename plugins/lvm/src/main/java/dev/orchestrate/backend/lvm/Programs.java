package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.ExternalProgram.OverdueException;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.TimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs of lvm2 and e2fsprogs, which lie where the PATH of cron, say, does not lead. */
final class Programs {
  /**
   * Long, as it kills: an lvm that is killed between suspending a volume and resuming it leaves
   * everybody waiting who writes there.
   */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private Programs() {}

  static Optional<Path> find(String name) {
    return ExternalProgram.find(name, "/usr/sbin", "/sbin");
  }

  /**
   * @param name of the program
   * @param packages that it comes with, for the advice
   */
  static Result run(String name, String packages, List<String> arguments) {
    Path program =
        find(name)
            .orElseThrow(
                () ->
                    new NotSupportedException(
                        "there is no program " + name, "install " + packages));
    List<String> words = new ArrayList<>();
    words.add(program.toString());
    words.addAll(arguments);
    try {
      return ExternalProgram.run(LIMIT, words);
    } catch (OverdueException e) {
      throw new TimeoutException(e.getMessage(), "look for what holds it up: dmsetup info", e);
    }
  }
}
