package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.RUNTIME;
import static dev.orchestrate.linux.Native.check;

import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * The folder /proc/PID/task/TID/fd, for looking at thousands of descriptors in little time: names
 * and answers go through the same memory again and again. For one thread at a time.
 */
public final class DescriptorTable implements AutoCloseable {
  private static final int LONGEST_NAME = 16;

  private final Fd folder;
  private final Pointer name = Memory.allocateDirect(RUNTIME, LONGEST_NAME);
  private final Pointer answer = Memory.allocateDirect(RUNTIME, Symlink.LONGEST);
  private final byte[] stat = new byte[Stat.SIZE];

  private DescriptorTable(Fd folder) {
    this.folder = folder;
  }

  /**
   * @throws SystemCallException ENOENT or ESRCH if the thread has ended, EACCES if it is another
   *     user's
   */
  public static DescriptorTable open(int pid, int thread) {
    RawPath path = RawPath.of(folder(pid, thread));
    return new DescriptorTable(Fd.open(path, Fd.O_DIRECTORY));
  }

  /** The magic link that leads to what a descriptor refers to. */
  public static RawPath link(int pid, int thread, int number) {
    return RawPath.of(folder(pid, thread) + "/" + number);
  }

  private static String folder(int pid, int thread) {
    return "/proc/" + pid + "/task/" + thread + "/fd";
  }

  /** The magic link of one in this table. */
  public RawPath link(int number) {
    return RawPath.of(folder.subject().text() + "/" + number);
  }

  /**
   * The numbers of the open descriptors, ascending; once.
   *
   * @throws SystemCallException ENOENT if the thread has ended
   */
  public int[] numbers() {
    return DirectoryEntries.numbers(folder);
  }

  /**
   * What a descriptor refers to, as far as the kernel knows without asking a file server.
   *
   * @throws SystemCallException ENOENT if it is not open
   */
  public Stat stat(int number) {
    write(number);
    long failed =
        LIBC.statx(
            folder.number(), name, Fd.AT_STATX_DONT_SYNC, Stat.BASIC_STATS_AND_MOUNT, answer);
    if (failed < 0) {
      check(failed, "statx", link(number));
    }
    answer.get(0, stat, 0, stat.length);
    return Stat.parse(stat);
  }

  /**
   * The name that the kernel shows for it.
   *
   * @param expected given back if it is the same
   * @throws SystemCallException ENOENT if it is not open, ENAMETOOLONG if the name takes more than
   *     a page
   */
  public RawPath shown(int number, RawPath expected) {
    write(number);
    long length = LIBC.readlinkat(folder.number(), name, answer, Symlink.LONGEST);
    if (length < 0) {
      check(length, "readlink", link(number));
    }
    byte[] bytes = new byte[(int) length];
    answer.get(0, bytes, 0, bytes.length);
    return expected.hasBytes(bytes, 0, bytes.length) ? expected : RawPath.of(bytes);
  }

  private void write(int number) {
    byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    name.put(0, digits, 0, digits.length);
    name.putByte(digits.length, (byte) 0);
  }

  @Override
  public void close() {
    folder.close();
  }
}
