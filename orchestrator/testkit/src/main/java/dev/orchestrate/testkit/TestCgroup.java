package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A cgroup of version 2, in whichever place it is mounted, for as long as a test needs it. */
final class TestCgroup implements AutoCloseable {
  private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");
  private static final Path ROOT = Files.isDirectory(UNIFIED) ? UNIFIED : Path.of("/sys/fs/cgroup");

  private final Path path;

  TestCgroup() {
    try {
      this.path = Files.createTempDirectory(ROOT, "test-of-orchestrate-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  void add(long pid) {
    write(path, pid);
  }

  void release(long pid) {
    write(ROOT, pid);
  }

  private static void write(Path group, long pid) {
    try {
      Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The processes that are still in it go back to where they can live on. */
  @Override
  public void close() {
    Program.read(path.resolve("cgroup.procs")).lines().map(Long::parseLong).forEach(this::release);
    Program.run("rmdir", path);
  }
}
