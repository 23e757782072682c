package dev.orchestrate.cli;

import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.NotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks containerd itself, by ctr(8), for what runs in it without docker: there a container has any
 * name, in a namespace, and its control group may be called anything, too.
 */
final class Containerd {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /**
   * Of a task whose process there is: one that has stopped is listed with the number that it had.
   */
  private static final Set<String> LIVES = Set.of("RUNNING", "PAUSED");

  private final Path ctr;

  Containerd(Path ctr) {
    this.ctr = ctr;
  }

  /**
   * The number of a container's first process; nothing if no container that runs is called so.
   *
   * @throws NotFoundException if several are, in different namespaces
   * @throws FailedException if containerd does not answer
   */
  Optional<Integer> process(String container) {
    List<Integer> found = new ArrayList<>();
    for (String namespace : run("namespaces", "list", "--quiet").lines().toList()) {
      run("--namespace", namespace.strip(), "tasks", "list")
          .lines()
          .map(line -> line.strip().split("\\s+"))
          .filter(columns -> columns.length == 3 && columns[0].equals(container))
          .filter(columns -> LIVES.contains(columns[2]))
          .forEach(columns -> found.add(Integer.parseInt(columns[1])));
    }
    if (found.size() > 1) {
      throw new NotFoundException(
          "container " + container + ": containerd has one in each of several namespaces",
          "choose by --pid: one of " + found);
    }
    return found.stream().findFirst();
  }

  private String run(String... words) {
    List<String> command = new ArrayList<>(List.of(ctr.toString(), "--connect-timeout=2s"));
    command.addAll(List.of(words));
    try {
      ExternalProgram.Result result = ExternalProgram.run(LIMIT, command);
      if (result.status() == 0) {
        return result.out();
      }
      throw new FailedException(result.err().strip().lines().findFirst().orElse("no answer"), null);
    } catch (UncheckedIOException | ExternalProgram.OverdueException e) {
      throw new FailedException("" + e.getMessage(), e);
    }
  }

  /** Why containerd could not be asked. */
  static final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private FailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
