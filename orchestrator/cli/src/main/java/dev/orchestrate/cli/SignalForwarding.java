package dev.orchestrate.cli;

import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.ChildProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes signals on to the programs that this one starts and waits for. What arrives before they
 * run is passed on once they do, so that no signal ends this program before it has tidied up.
 */
final class SignalForwarding {
  private static final List<String> SIGNALS = List.of("TERM", "HUP", "INT", "USR2", "WINCH");
  private static final List<String> SENT_BY_TERMINALS = List.of("INT", "WINCH");
  private static final int STANDARD_INPUT = 0;

  private final List<Integer> early = new ArrayList<>();
  private List<ChildProgram> programs = List.of();

  private SignalForwarding() {}

  static SignalForwarding install() {
    SignalForwarding forwarding = new SignalForwarding();
    for (String name : SIGNALS) {
      SignalHandler.install(name, number -> forwarding.arrived(name, number));
    }
    return forwarding;
  }

  /** From now on, signals go to these. */
  synchronized void to(List<ChildProgram> started) {
    programs = started;
    early.forEach(this::pass);
    early.clear();
  }

  private synchronized void arrived(String name, int number) {
    if (programs.isEmpty()) {
      early.add(number);
    } else if (!cameFromTerminal(name)) {
      pass(number);
    }
  }

  /** A terminal sends its signals to everybody in the foreground, the programs included. */
  private static boolean cameFromTerminal(String name) {
    return SENT_BY_TERMINALS.contains(name)
        && SystemCalls.foregroundGroup(STANDARD_INPUT) == SystemCalls.processGroup();
  }

  private void pass(int number) {
    for (ChildProgram program : programs) {
      try {
        program.signal(number);
      } catch (SystemCallException e) {
        if (!e.is(Errno.ESRCH)) {
          throw e;
        }
      }
    }
  }
}
