package dev.orchestrate.testkit;

import dev.orchestrate.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs commands in the test's own Java machine, where so many are run that starting another for
 * each takes too long. Restarts have a machine of their own always: their standard streams are the
 * restarted program's.
 */
final class InProcess {
  /** A system property: whether all commands are, as in an emulated guest. */
  static final String PROPERTY = "orchestrate.test.in-process";

  private static final Set<String> COMMANDS =
      Set.of(
          "checkpoint",
          "list",
          "show",
          "files",
          "delete",
          "mount",
          "umount",
          "recover",
          "verify",
          "diff",
          "rollback",
          "prune",
          "receive",
          "send",
          "tag");

  /**
   * What changes the whole machine, such as its log, or is given by {@link #run} already; and a
   * choice between backends, as the one under test is on the test's own class path as well.
   */
  private static final Set<String> APART =
      Set.of("-v", "--verbose", "--debug", "--state-dir", "--backend=best");

  private InProcess() {}

  static boolean isPossible(Object... arguments) {
    return arguments.length > 0
        && COMMANDS.contains(arguments[0].toString())
        && Arrays.stream(arguments).map(Object::toString).noneMatch(APART::contains);
  }

  static Outcome run(Path plugins, Path state, Object... arguments) {
    List<String> words =
        Stream.concat(
                Arrays.stream(arguments).map(Object::toString),
                Stream.of("--plugins-dir=" + plugins, "--state-dir=" + state))
            .toList();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Main.run(words, new PrintWriter(out), new PrintWriter(err));
    return new Outcome(words, status, out.toString(), err.toString());
  }
}
