package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.SystemFailureException;
import java.util.ArrayList;
import java.util.List;

/** A tree of files, opened: the one to be copied, or a copy. */
record Tree(Directory top) implements AutoCloseable {
  static Tree open(RawPath path) {
    try {
      return new Tree(Directory.open(path));
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

  /** For find(1): all but the top of the tree. */
  List<String> besidesTop() {
    return List.of("!", "-path", Words.of(top) + "/.");
  }

  /** find(1) over what is on this filesystem. */
  String find(String... expression) {
    List<String> words =
        new ArrayList<>(List.of("find", Words.of(top) + "/.", "-xdev", "-ignore_readdir_race"));
    words.addAll(List.of(expression));
    return run(words.toArray(String[]::new));
  }

  /** Bytes that the tree takes; du(1). */
  long size() {
    String found =
        run("du", "--summarize", "--one-file-system", "--block-size=1", Words.of(top) + "/.");
    return Long.parseLong(found.split("\t", 2)[0]);
  }

  private String run(String... words) {
    Result result = GnuTool.run(words);
    List<String> complaints =
        result.err().lines().filter(line -> !line.contains("No such file or directory")).toList();
    if (result.status() == 0 || complaints.isEmpty()) {
      return result.out();
    }
    String line = Words.explain(complaints.get(0), top);
    if (line.contains("Permission denied")) {
      throw new PermissionException(line, "run as root, or as the owner of the files");
    }
    throw new SystemFailureException(
        line, "that is what " + words[0] + " says; when it is mended, try again");
  }

  @Override
  public void close() {
    top.close();
  }
}
