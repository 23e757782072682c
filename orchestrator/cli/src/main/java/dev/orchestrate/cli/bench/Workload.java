package dev.orchestrate.cli.bench;

import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.SystemFailureException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes that hold files in a folder of their own below a path. When this is closed, all of it
 * is gone.
 */
public final class Workload implements AutoCloseable {
  private static final int PROCESSES = 4;
  private static final int NAMED = 50;
  private static final int ORPHANS = 5;
  private static final int ORDINARY = 45;

  private final Directory top;
  private final RawPath name;
  private final List<Process> processes = new ArrayList<>();
  private final List<BufferedReader> reports = new ArrayList<>();

  private Workload(Directory top) {
    this.top = top;
    this.name = RawPath.of(".orchestrate-bench." + ProcessHandle.current().pid());
  }

  /**
   * Starts the processes, and waits until they hold what they are to hold.
   *
   * @param path of an existing directory
   */
  public static Workload start(RawPath path) {
    Workload workload = new Workload(TargetFinder.open(path));
    try {
      workload.start();
      return workload;
    } catch (RuntimeException | Error e) {
      try (workload) {
        throw e;
      }
    }
  }

  private void start() {
    try {
      top.makeDirectory(name, 0700);
    } catch (SystemCallException e) {
      throw Failures.of(e, "making a folder in " + top.subject(), "write permission there");
    }
    try (Directory folder = top.openDirectory(name)) {
      // Java knows no bytes that are not text; and whatever the path is, this leads there
      File working =
          new File("/proc/" + ProcessHandle.current().pid() + "/fd/" + folder.fd().number());
      for (int i = 0; i < PROCESSES; i++) {
        start("p" + i, working);
      }
      longestGapSince(System.nanoTime());
    } catch (IOException e) {
      throw new SystemFailureException(
          "starting a process that holds files: " + e.getMessage(),
          "see whether sh is there, and try again",
          e);
    }
  }

  /** None of its output nor input may be a pipe that this program writes to. */
  private void start(String prefix, File working) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx16m",
                "-cp",
                classes(),
                HoldingProcess.class.getName(),
                prefix,
                Integer.toString(NAMED),
                Integer.toString(ORPHANS),
                Integer.toString(ORDINARY))
            .directory(working)
            .redirectInput(new File("/dev/null"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    reports.add(
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)));
  }

  private static String classes() {
    try {
      return Path.of(
              HoldingProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("this program is in a file", e);
    }
  }

  /** Of all processes. */
  public List<Integer> pids() {
    return processes.stream().map(process -> (int) process.pid()).toList();
  }

  /**
   * The longest time that one of them did not run.
   *
   * @param begin by {@link System#nanoTime()}
   * @return in microseconds
   * @throws SystemFailureException if one has ended
   */
  public long longestGapSince(long begin) {
    long end = System.nanoTime();
    long longest = 0;
    for (BufferedReader report : reports) {
      longest = Math.max(longest, longestGap(report, begin, end));
    }
    return longest / 1000;
  }

  private static long longestGap(BufferedReader report, long begin, long end) {
    try {
      long longest = 0;
      long reported;
      do {
        String line = report.readLine();
        if (line == null) {
          throw new SystemFailureException("a process that holds files has ended", "try again");
        }
        int space = line.indexOf(' ');
        reported = Long.parseLong(line.substring(0, space));
        if (reported - begin > 0) {
          longest = Math.max(longest, Long.parseLong(line.substring(space + 1)));
        }
      } while (reported - end < 0);
      return longest;
    } catch (IOException e) {
      throw new SystemFailureException("reading from a process: " + e.getMessage(), "try again", e);
    }
  }

  /** How many descriptors they hold there, working directories apart. */
  public int descriptors() {
    return PROCESSES * (NAMED + ORPHANS + ORDINARY);
  }

  @Override
  public void close() {
    try (top) {
      processes.forEach(Process::destroyForcibly);
      for (Process process : processes) {
        process.onExit().join(); // or the folder would be in use
      }
      if (top.entry(name).isPresent()) {
        top.removeTree(name);
      }
    }
  }
}
