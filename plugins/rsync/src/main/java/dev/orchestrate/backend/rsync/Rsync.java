package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.SystemFailureException;
import dev.orchestrate.spi.TimeoutException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A run of rsync(1) in the making. It is killed with the thread that waits for it, so that nothing
 * goes on copying when this program was killed; setpriv(1).
 */
final class Rsync {
  /** "Partial transfer due to vanished source files"; rsync(1), "Exit values". */
  private static final int VANISHED = 24;

  private static final int PARTIAL = 23;

  /** ENOENT, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, ELOOP, and what rsync says without one. */
  private static final Pattern DUE_TO_CHANGES =
      Pattern.compile(
          "\\((2|17|20|21|39|40)\\)$|vanished|failed verification|non-empty directory"
              + "|could not make way|^rsync (error|warning): |^default_perms_for_dir");

  private static final int ATTEMPTS = 3;
  private static final Duration NO_LIMIT = Duration.ofDays(30);

  private final List<String> options = new ArrayList<>();
  private final Optional<Directory> workingDirectory;
  private Duration limit = NO_LIMIT;
  private UnaryOperator<String> explain = UnaryOperator.identity();
  private Optional<Consumer<String>> lines = Optional.empty();

  private Rsync(Optional<Directory> workingDirectory) {
    this.workingDirectory = workingDirectory;
  }

  /** A run with absolute or remote places only. */
  static Rsync anywhere() {
    return new Rsync(Optional.empty());
  }

  /**
   * A run in which relative places start at a directory. rsync(1) puts the path of the destination
   * before each name of {@code --link-dest}; one through /proc would make it half as fast.
   */
  static Rsync in(Directory directory) {
    return new Rsync(Optional.of(directory));
  }

  /** To keep all that an inode has, as far as the caller may; sub-directories by -r. */
  Rsync keepingAll() {
    and("-lptgoDHAXS", "--numeric-ids", "--modify-window=-1");
    return Rights.toKeepOwners() ? this : and("--no-devices", "--no-owner");
  }

  Rsync and(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Which names to look at, separated by NUL bytes, in a file. */
  Rsync names(String file) {
    return and("--from0", "--files-from=" + file);
  }

  Rsync within(Duration time) {
    limit = time;
    return this;
  }

  /** How its messages are made readable. */
  Rsync explainedBy(UnaryOperator<String> explanation) {
    explain = explanation;
    return this;
  }

  /** Tells how far it has come. */
  Rsync reporting(Progress progress) {
    return progress == Progress.NONE
        ? this
        : and("--info=progress2").tellingEachLine(new ProgressLines(progress));
  }

  private Rsync tellingEachLine(Consumer<String> consumer) {
    lines = Optional.of(consumer);
    return this;
  }

  /** Runs it where files may come and go meanwhile: another run will look at them again. */
  void runOnLiving(String from, String to) {
    Result result = run(from, to);
    if (result.status() == VANISHED) {
      return;
    }
    if (result.status() != 0
        && !(result.status() == PARTIAL && result.err().lines().allMatch(Rsync::isDueToChanges))) {
      throw failure(result);
    }
  }

  /**
   * What another run will find different. Not so an error of the disk: a file that can't be read
   * bears no new date, and nothing would look at it again.
   */
  private static boolean isDueToChanges(String line) {
    return line.isBlank() || DUE_TO_CHANGES.matcher(line).find();
  }

  /** Runs it where everything that matters stands still. */
  void runOnStill(String from, String to) {
    Result result = run(from, to);
    for (int i = 1; result.status() == VANISHED && i < ATTEMPTS; i++) {
      result = run(from, to);
    }
    if (result.status() == VANISHED) {
      throw new ConflictException(
          "somebody who is not frozen keeps removing files: " + line(result),
          "checkpoint all processes that change the tree, not a chosen few");
    }
    if (result.status() != 0) {
      throw failure(result);
    }
  }

  /** Runs it to remove what is missing at {@code from}, of which it warns as vanished. */
  void runToRemove(String from, String to) {
    Result result = run(from, to);
    if (result.status() != 0 && result.status() != VANISHED) {
      throw failure(result);
    }
  }

  /** Runs it, and gives what it printed. */
  String output(String from) {
    Result result = run(from);
    if (result.status() != 0) {
      throw failure(result);
    }
    return result.out();
  }

  private Result run(String... places) {
    List<String> all = Words.killedWithUs();
    workingDirectory.ifPresent(directory -> all.addAll(List.of("env", "-C", Words.of(directory))));
    all.add("rsync");
    all.addAll(options);
    all.add("--");
    all.addAll(List.of(places));
    try {
      return lines.isPresent()
          ? ExternalProgram.run(limit, all, lines.get())
          : ExternalProgram.run(limit, all);
    } catch (UncheckedIOException e) {
      throw new NotFoundException(e.getMessage(), "install rsync and util-linux", e);
    } catch (ExternalProgram.OverdueException e) {
      throw new TimeoutException(e.getMessage(), "try again", e);
    }
  }

  private OrchestrateException failure(Result result) {
    String line = "rsync: " + line(result);
    String err = result.err();
    if (err.contains("No space left on device") || err.contains("Disk quota exceeded")) {
      return new NoSpaceException(line, "free some space there, or choose another --snapshot-dir");
    }
    if (err.contains("File name too long") || err.contains("overflow")) {
      return new NotSupportedException(line, "rsync knows no path of more than 4095 bytes");
    }
    if (result.status() == 255 || err.contains("connection unexpectedly closed")) {
      return new NotFoundException(line, "try the connection: ssh HOST true");
    }
    if (err.contains("Permission denied") || err.contains("Operation not permitted")) {
      return new PermissionException(
          line,
          "run as root or as the owner of the files; root needs CAP_DAC_OVERRIDE, CAP_MKNOD and CAP_SETFCAP too");
    }
    if (err.contains("command not found") || result.status() == 127) {
      return new NotFoundException(line, "install the package rsync, there too");
    }
    return new SystemFailureException(
        line + " (status " + result.status() + ")",
        "the status is explained by rsync(1); when it is mended, try again");
  }

  /** The first thing that it complained about. */
  private String line(Result result) {
    String first =
        result
            .err()
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("default_perms_for_dir"))
            .findFirst()
            .orElse("no message");
    return explain.apply(first.replaceFirst("^rsync: ", "").replaceFirst("^\\[\\w+] ", "")).strip();
  }
}
