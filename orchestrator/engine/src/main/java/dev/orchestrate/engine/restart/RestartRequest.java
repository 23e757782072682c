package dev.orchestrate.engine.restart;

import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Optional;

/**
 * What to start in a view of a checkpoint.
 *
 * @param at where the view is shown; empty for the place where the tree was
 * @param keep whether the view stays when all has ended
 * @param mountNamespace the file of somebody else's, such as /proc/PID/ns/mnt, in a copy of which
 *     the program is started and the view is seen; empty for the caller's
 */
public record RestartRequest(
    Optional<RawPath> at, boolean keep, Optional<RawPath> mountNamespace, Program program) {

  /** What is started. */
  public sealed interface Program {}

  /**
   * A command of the user's.
   *
   * @param process whose descriptors it gets; empty for all that were recorded
   * @param listenFds whether they are announced by systemd's convention, from number 3 on
   */
  public record Command(List<String> command, Optional<Integer> process, boolean listenFds)
      implements Program {}

  /**
   * A command that reads the view, as a backup does: it gets no descriptors, and the relinked files
   * and the manifest stay in the view for it.
   *
   * @param command in which {@link #PLACE} stands for the path where the view is
   */
  public record Reader(List<String> command) implements Program {
    public static final String PLACE = "{}";
  }

  /** Every recorded process, by its own command line. */
  public record AllProcesses() implements Program {}
}
