package dev.orchestrate.cli;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.ChildProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Passes signals on to the programs that this one starts and waits for. What arrives before they
 * run is passed on once they do, so that no signal ends this program before it has tidied up.
 */
final class SignalForwarding {
  private static final List<String> SIGNALS = List.of("TERM", "HUP", "INT", "USR2", "WINCH");
  private static final List<String> SENT_BY_TERMINALS = List.of("INT", "WINCH");
  private static final int STANDARD_INPUT = 0;

  private static final List<String> ENDING = List.of("TERM", "HUP", "INT");

  private final Runnable whenAskedToEndEarly;
  private final List<Integer> early = new ArrayList<>();
  private OptionalInt askedToEnd = OptionalInt.empty();
  private List<ChildProgram> programs = List.of();

  private SignalForwarding(Runnable whenAskedToEndEarly) {
    this.whenAskedToEndEarly = whenAskedToEndEarly;
  }

  static SignalForwarding install() {
    return install(() -> {});
  }

  /** What asks the program to end before it has started another also cancels what it does. */
  static SignalForwarding installCancelling(Cancellation cancellation) {
    return install(cancellation::request);
  }

  private static SignalForwarding install(Runnable whenAskedToEndEarly) {
    SignalForwarding forwarding = new SignalForwarding(whenAskedToEndEarly);
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

  /** The signal that asked to end before the programs ran. */
  synchronized OptionalInt askedToEnd() {
    return askedToEnd;
  }

  private synchronized void arrived(String name, int number) {
    if (programs.isEmpty()) {
      early.add(number);
      if (ENDING.contains(name)) {
        askedToEnd = OptionalInt.of(number);
        whenAskedToEndEarly.run();
      }
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
