package dev.orchestrate.engine.hooks;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.trust.TrustedFolder;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessStatus;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.ProgramStarter;
import dev.orchestrate.linux.process.Spawn;
import dev.orchestrate.spi.PermissionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Runs the program of a hook. It goes with this program, and with all that it has started if it
 * takes too long (timeout(1)); what it prints goes to the standard error output. What one leaves
 * running that is called before the freeze, such as a client that holds a lock, is never frozen:
 * the mark in its environment tells. One that is called after the thaw may start what is to be
 * frozen the next time.
 */
final class HookProgram {
  /** Only redirects: the words of the hook are arguments, and no shell looks at them. */
  private static final List<String> QUIETLY =
      List.of("sh", "-c", "exec \"$@\" </dev/null >&2", "sh");

  private static final String KILL_AFTER_SECONDS = "5";
  private static final int TIMED_OUT = 124;
  private static final int TIMED_OUT_AND_KILLED = 137;
  private static final int CANNOT_BE_EXECUTED = 126;
  private static final int NOT_FOUND = 127;

  private HookProgram() {}

  /**
   * Runs it to its end.
   *
   * @param words the program, looked for in PATH if it has no slash, and its arguments
   * @param checkpoint that it is run for
   * @param marked whether what it leaves running is never frozen
   * @return what went wrong, if anything: a clause that names it
   */
  static Optional<String> run(
      List<String> words, long limitSeconds, Entry.Begun checkpoint, boolean marked) {
    String name = "hook " + RawPath.printable(String.join(" ", words));
    try {
      requireSafe(Path.of(words.get(0)));
      int status =
          ProgramStarter.start(spawn(words, limitSeconds, environment(checkpoint, marked))).await();
      return switch (status) {
        case 0 -> Optional.empty();
        case TIMED_OUT, TIMED_OUT_AND_KILLED ->
            Optional.of(name + ": took longer than " + limitSeconds + " s, and was ended");
        case NOT_FOUND -> Optional.of(name + ": there is no such program");
        case CANNOT_BE_EXECUTED -> Optional.of(name + ": can't be executed");
        default -> Optional.of(name + ": ended with status " + status);
      };
    } catch (SystemCallException | PermissionException e) {
      return Optional.of(name + ": " + e.getMessage());
    }
  }

  /** Again, as it may have been looked at long ago, or never. */
  private static void requireSafe(Path program) {
    if (program.isAbsolute() && Files.exists(program)) {
      TrustedFolder.requireSafeItself(program);
    }
  }

  private static Spawn spawn(List<String> words, long limitSeconds, List<String> environment) {
    List<String> arguments = new ArrayList<>(QUIETLY);
    arguments.addAll(List.of("setpriv", "--pdeathsig", "TERM", "--"));
    arguments.addAll(List.of("timeout", "--kill-after=" + KILL_AFTER_SECONDS));
    arguments.add(Long.toString(limitSeconds));
    arguments.addAll(words);
    return new Spawn(RawPath.of("sh"), arguments, environment, new TreeMap<>(), Set.of());
  }

  private static List<String> environment(Entry.Begun checkpoint, boolean marked) {
    int self = (int) ProcessHandle.current().pid();
    List<String> environment = new ArrayList<>(ProcessStatus.environment(self));
    environment.removeIf(one -> one.startsWith("ORCHESTRATE_"));
    environment.add("ORCHESTRATE_ID=" + checkpoint.id());
    environment.add("ORCHESTRATE_PATH=" + checkpoint.target().text());
    environment.add("ORCHESTRATE_BACKEND=" + checkpoint.backend());
    if (marked) {
      environment.add(ExternalProgram.MARK + "=" + self);
    }
    return environment;
  }
}
