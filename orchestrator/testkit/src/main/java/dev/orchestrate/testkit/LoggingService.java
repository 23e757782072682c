package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A service that writes numbers, one after the other, through a descriptor of a file whose name is
 * another's by now, and says of each, outside the filesystem, that it has written it.
 */
public final class LoggingService implements AutoCloseable {
  /** For sh(1); its arguments are the filesystem's top, and the file outside. */
  public static final String SCRIPT =
      """
      exec 3>>"$1/a"
      ln -f "$1/a" "$1/b"
      rm "$1/a"
      : > "$1/a"
      exec 4>>"$2"
      i=0
      while :; do
        i=$((i + 1))
        echo $i >&3
        echo $i >&4
        case $i in *0) sleep 0.05 ;; esac
      done
      """;

  private final Path written;
  private final Process process;

  private LoggingService(MountedFilesystem filesystem) {
    this.written = filesystem.outside("written").resolve("numbers");
    Program.delete(written); // another's, of the same test
    this.process =
        Program.start(
            new ProcessBuilder(
                    "sh",
                    "-c",
                    SCRIPT,
                    "sh",
                    filesystem.mountPoint().toString(),
                    written.toString())
                .inheritIO());
  }

  /** Starts it; its files are {@code a}, which is new and empty, and {@code b}, which was that. */
  static LoggingService start(MountedFilesystem filesystem) {
    LoggingService service = new LoggingService(filesystem);
    service.awaitMore();
    return service;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The last number of which it has said that it is written. */
  long last() {
    return lastOf(written);
  }

  /** Waits until it has written more than now. */
  void awaitMore() {
    long before = Files.exists(written) ? last() : 0;
    Deadline.require(
        "the service writes on after " + before, () -> Files.exists(written) && last() > before);
  }

  /** The last number in a file of one number a line; 0 if there is none. */
  public static long lastOf(Path file) {
    try {
      String text = Files.readString(file);
      String whole = text.substring(0, text.lastIndexOf('\n') + 1).strip();
      return whole.isEmpty() ? 0 : Long.parseLong(whole.substring(whole.lastIndexOf('\n') + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last number in {@code b}, as a view of a checkpoint has it. */
  static long lastStored(Orchestrate by, MountedFilesystem at, String id) {
    Path view = at.outside("view");
    by.run("mount", id, view).expect(0);
    try {
      return lastOf(view.resolve("b"));
    } finally {
      by.run("umount", view).expect(0);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Program.ended(process, Program.PATIENCE);
  }
}
