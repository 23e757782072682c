package dev.orchestrate.engine.freeze;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.linux.Faults;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.TimeoutException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A shell outside this program, in a session of its own, that thaws what this program freezes: when
 * the program ends in whatever way, or when it takes too long, be it that it hangs or is stopped.
 * As it alone knows whether the time was up, it is also who ends processes that are not to go on:
 * they are either ended as they stand, or thawed, and never both.
 */
final class Guard {
  /**
   * Says that it is ready, and waits for a line, the end of the input or the time limit. Arguments:
   * seconds, then pairs of a file and what to write into it, {@code --}, and processes to continue.
   * The line {@code done} ends it; {@code end PID:START... .} has it kill these processes first, if
   * they have started then (proc_pid_stat(5), field 22): a line without the dot is not whole. From
   * there on it starts no other program, as there may be no room for one.
   */
  private static final String SCRIPT =
      """
      look_when_started() {
        stat=
        while IFS= read -r line || [ -n "$line" ]; do
          stat="$stat $line"
        done < "/proc/$1/stat"
        set -- ${stat##*) }
        started=${20}
      }
      limit=$1
      shift
      exec 3>&1
      answer=$(timeout "$limit" sh -c 'echo ready >&3; exec 3>&-; exec head -n 1')
      came=$?
      status=76
      [ "$came" = 124 ] && status=75
      case $answer in
        done)
          exit 0 ;;
        'end '*'.')
          status=0
          answer=${answer#end }
          for process in ${answer%.}; do
            look_when_started "${process%:*}"
            [ "$started" = "${process#*:}" ] && kill -KILL "${process%:*}"
          done ;;
      esac
      while [ "$1" != -- ]; do
        printf %s "$2" > "$1"
        shift 2
      done
      shift
      for pid; do
        kill -CONT "$pid"
      done
      exit "$status"
      """;

  /** The script's exit status if timeout(1) has ended the wait; 76 if anything else has. */
  private static final int TIME_WAS_UP = 75;

  /** The most that it takes for tens of thousands of processes on a busy machine. */
  private static final int WAIT_SECONDS = 60;

  private final Process process;

  private Guard(Process process) {
    this.process = process;
  }

  /**
   * Returns when it is ready.
   *
   * @throws TimeoutException if the time was up before
   */
  static Guard start(List<FreezeUnit> units, Duration most) {
    List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", SCRIPT, "guard"));
    command.add(seconds(most));
    List<String> pids = new ArrayList<>();
    for (FreezeUnit unit : units) {
      for (Entry trace : unit.traces()) {
        if (trace instanceof Entry.Freeze freeze) {
          command.add(freeze.controlFile().text());
          command.add(freeze.thawed());
        } else if (trace instanceof Entry.Stop stop) {
          pids.add(Integer.toString(stop.process().pid()));
        }
      }
    }
    command.add("--");
    command.addAll(pids);
    try {
      Faults.beforeProgram("guard");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(new File("/"))
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      // or another checkpoint would freeze it
      builder.environment().put(ExternalProgram.MARK, Long.toString(ProcessHandle.current().pid()));
      Process process = builder.start();
      awaitReadiness(process);
      return new Guard(process);
    } catch (IOException e) {
      throw new NotFoundException(
          "the guard can't be started: " + e.getMessage(), "install util-linux and coreutils", e);
    }
  }

  /** As timeout(1) wants it, to which 0 is no limit at all: to the nanosecond. */
  static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos(), 9).toPlainString();
  }

  /** Nobody is to be frozen before, nor while it takes the processor for its start. */
  private static void awaitReadiness(Process process) throws IOException {
    if (process.getInputStream().read() >= 0) {
      return;
    }
    try {
      if (process.waitFor() == TIME_WAS_UP) {
        throw endedTooEarly();
      }
      throw new IOException("it ended at once, with status " + process.exitValue());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** What to say of one that has ended too early: all are thawed, or were not frozen yet. */
  static TimeoutException endedTooEarly() {
    return new TimeoutException(
        "the guard has ended before all stood still",
        "the machine is slow, or somebody ended it; try again, or with a greater --max-frozen");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Ends the guard.
   *
   * @return false if it has had to do its work
   */
  boolean release() {
    tell("done");
    return endedWell();
  }

  /** Has it end these processes, and thaw all others; {@link #endedWell} tells whether it did. */
  void end(Collection<ProcessIdentity> processes) {
    StringBuilder line = new StringBuilder("end ");
    for (ProcessIdentity one : processes) {
      line.append(one.pid()).append(':').append(one.startTicks()).append(' ');
    }
    tell(line.append('.').toString());
  }

  private void tell(String line) {
    try (OutputStream in = process.getOutputStream()) {
      in.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // it has ended: its exit status tells why
    }
  }

  /** False if it had thawed before it was told anything, or hangs; it does nothing any more. */
  boolean endedWell() {
    try {
      if (process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly().waitFor();
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
