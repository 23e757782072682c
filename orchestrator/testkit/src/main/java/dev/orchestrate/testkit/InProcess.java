package dev.orchestrate.testkit;

import static java.util.regex.Pattern.DOTALL;

import dev.orchestrate.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs commands in the test's own Java machine, where so many are run that starting another for
 * each takes too long. Restarts have a machine of their own always: their standard streams are the
 * restarted program's.
 */
final class InProcess {
  /**
   * A system property: whether all commands are, as in an emulated guest, or none. Without it,
   * those are of which there are hundreds.
   */
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
          "export",
          "import",
          "send",
          "tag");

  /**
   * What changes the whole machine, such as its log, or is given by {@link #run} already; and a
   * choice between backends, as the one under test is on the test's own class path as well.
   */
  private static final Pattern APART =
      Pattern.compile("-v|--verbose|--debug|--(state|plugins)-dir(=.*)?|--backend=best", DOTALL);

  private static volatile boolean many;

  private InProcess() {}

  /** Whether there are hundreds of commands from now on. */
  static void expectMany(boolean many) {
    InProcess.many = many;
  }

  static boolean isWanted() {
    String wanted = System.getProperty(PROPERTY);
    return wanted == null ? many : Boolean.parseBoolean(wanted);
  }

  static boolean isPossible(Object... arguments) {
    return arguments.length > 0
        && COMMANDS.contains(arguments[0].toString())
        && Arrays.stream(arguments)
            .noneMatch(argument -> APART.matcher(argument.toString()).matches());
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
