package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.SystemFailureException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The tree to be copied, opened. */
record LiveTree(Directory top) implements AutoCloseable {
  private static final Duration NO_LIMIT = Duration.ofDays(30);

  static LiveTree open(RawPath path) {
    try {
      return new LiveTree(Directory.open(path));
    } catch (SystemCallException e) {
      throw Failures.of(e, "opening the target", "CAP_DAC_READ_SEARCH");
    }
  }

  /** What is in it, for rsync(1). */
  String words() {
    return Words.of(top) + "/";
  }

  /** Which filesystem this is, in words that only a comparison is meant for. */
  String filesystem() {
    return top.stat().device() + ":" + top.stat().inode();
  }

  Rsync explained(Rsync rsync) {
    return rsync.explainedBy(text -> Words.explain(text, top));
  }

  /** find(1) over what is on this filesystem. */
  String find(String... expression) {
    List<String> words =
        new ArrayList<>(List.of("find", Words.of(top) + "/.", "-xdev", "-ignore_readdir_race"));
    words.addAll(List.of(expression));
    return run(words);
  }

  /** Bytes that the tree takes; du(1). */
  long size() {
    List<String> du = List.of("du", "--summarize", "--one-file-system", "--block-size=1");
    List<String> words = new ArrayList<>(du);
    words.add(Words.of(top) + "/.");
    return Long.parseLong(run(words).split("\t", 2)[0]);
  }

  private String run(List<String> words) {
    try {
      Result result = ExternalProgram.run(NO_LIMIT, words);
      List<String> complaints =
          result.err().lines().filter(line -> !line.contains("No such file or directory")).toList();
      if (result.status() == 0 || complaints.isEmpty()) {
        return result.out();
      }
      String line = Words.explain(complaints.get(0), top);
      if (line.contains("Permission denied")) {
        throw new PermissionException(line, "run as root, or as the owner of the files");
      }
      throw new SystemFailureException(line, "");
    } catch (UncheckedIOException e) {
      throw new NotFoundException(e.getMessage(), "install findutils and coreutils", e);
    }
  }

  @Override
  public void close() {
    top.close();
  }
}
