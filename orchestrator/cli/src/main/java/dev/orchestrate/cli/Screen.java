package dev.orchestrate.cli;

import dev.orchestrate.linux.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What people see the output of a command on.
 *
 * @param out how words on standard output are set off
 * @param err the same of standard error
 * @param live whether a line on standard error can be written anew
 * @param outColumns how wide standard output is, in characters
 * @param errColumns the same of standard error
 */
record Screen(Style out, Style err, boolean live, int outColumns, int errColumns) {
  /** No terminal: a file, a pipe, another program. */
  static final Screen NONE =
      new Screen(Style.PLAIN, Style.PLAIN, false, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** That of this process. */
  static Screen ofThisProcess() {
    boolean out = isTerminal(1);
    boolean err = isTerminal(2);
    Map<String, String> environment = System.getenv();
    boolean live = err && !isDumb(environment);
    return new Screen(
        style(out, environment), style(err, environment), live, columns(out, 1), columns(err, 2));
  }

  /**
   * Colour, as <a href="https://no-color.org">NO_COLOR</a>, CLICOLOR_FORCE and terminals without it
   * ask: the first counts before the second, and either if it is not empty.
   */
  static Style style(boolean terminal, Map<String, String> environment) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return Style.PLAIN;
    }
    String forced = environment.getOrDefault("CLICOLOR_FORCE", "");
    if (!forced.isEmpty() && !forced.equals("0")) {
      return Style.COLOURED;
    }
    return terminal && !isDumb(environment) ? Style.COLOURED : Style.PLAIN;
  }

  /** It can do nothing but append, as the shell in an editor. */
  private static boolean isDumb(Map<String, String> environment) {
    return "dumb".equals(environment.get("TERM"));
  }

  /** Whether that is what a descriptor of this process leads to. */
  static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.matches("/dev/(pts/\\d+|tty\\w*|console)");
    } catch (IOException e) {
      return false;
    }
  }

  /** How many characters a text takes there; wide and combining ones count as one. */
  static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private static int columns(boolean terminal, int descriptor) {
    return terminal ? SystemCalls.columns(descriptor).orElse(Integer.MAX_VALUE) : Integer.MAX_VALUE;
  }
}
