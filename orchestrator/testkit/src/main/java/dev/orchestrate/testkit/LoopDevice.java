package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** A loop device with an image of its own. */
public final class LoopDevice implements Storage {
  private final Path image;
  private final Path device;
  private String type = "";

  private LoopDevice(Path image, Path device) {
    this.image = image;
    this.device = device;
  }

  /**
   * Makes a device, and a filesystem on it.
   *
   * @param bytes size of the image, which is sparse
   * @param mkfs the command that makes the filesystem; the device is put behind it
   */
  public static LoopDevice make(long bytes, String... mkfs) {
    LoopDevice device = make(bytes);
    try {
      Program.run(Stream.concat(Arrays.stream(mkfs), Stream.of(device.device)).toArray());
      device.type = Program.run("blkid", "-p", "-o", "value", "-s", "TYPE", device.device).strip();
      return device;
    } catch (RuntimeException | AssertionError e) {
      device.close();
      throw e;
    }
  }

  /** Makes a device with nothing on it yet. */
  public static LoopDevice make(long bytes) {
    Path image = Program.temporaryFile();
    try {
      Program.run("truncate", "--size=" + bytes, image);
      String device = Program.run("losetup", "--find", "--show", image).strip();
      return new LoopDevice(image, Path.of(device));
    } catch (RuntimeException | AssertionError e) {
      Program.delete(image);
      throw e;
    }
  }

  @Override
  public String source() {
    return device.toString();
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public long bytesWritten() {
    Path counters = Path.of("/sys/block").resolve(device.getFileName()).resolve("stat");
    return Long.parseLong(Program.read(counters).strip().split("\\s+", -1)[6]) * 512;
  }

  /**
   * Copies all that is on it as of one moment: what the power leaves of it if it fails now. The
   * page cache above it is not part of that.
   */
  void saveTo(Path copy) {
    Path again = Program.temporaryFile();
    do {
      Program.run("cp", "--sparse=always", image, copy);
      Program.run("cp", "--sparse=always", image, again);
    } while (Program.attempt("cmp", "--quiet", copy, again).status() != 0);
    Program.delete(again);
  }

  /** Has it contain what was saved; nothing may be mounted from it. */
  void restoreFrom(Path copy) {
    Program.run("cp", "--sparse=always", copy, image);
    Program.run("blockdev", "--flushbufs", device);
  }

  @Override
  public void close() {
    Program.attempt("losetup", "--detach", device);
    Program.delete(image);
  }
}
