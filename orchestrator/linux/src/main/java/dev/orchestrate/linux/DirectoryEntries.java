package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What a directory contains, from where its descriptor stands to its end; getdents64(2). */
final class DirectoryEntries {
  private static final int INODE = 0;
  private static final int LENGTH = 16;
  private static final int NAME = 19;

  private DirectoryEntries() {}

  /** Takes one name. */
  interface Reader {
    /**
     * @param buffer has the name, from {@code start} to before {@code end}
     * @param inode number
     */
    void accept(byte[] buffer, int start, int end, long inode);
  }

  /** Every name, with {@code .} and {@code ..}, in the filesystem's order. */
  static void read(Fd directory, Reader reader) {
    byte[] buffer = new byte[32768];
    ByteBuffer in = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
    while (true) {
      long length =
          check(
              LIBC.syscall(Arch.HERE.getdents64, directory.number(), buffer, (long) buffer.length),
              "getdents64",
              directory.subject());
      if (length == 0) {
        return;
      }
      for (int at = 0; at < length; at += in.getShort(at + LENGTH) & 0xFFFF) {
        int end = at + NAME;
        while (buffer[end] != 0) {
          end++;
        }
        reader.accept(buffer, at + NAME, end, in.getLong(at + INODE));
      }
    }
  }

  /** The names that are decimal numbers, ascending: in /proc, processes, threads, descriptors. */
  static int[] numbers(Fd directory) {
    Numbers numbers = new Numbers();
    read(directory, numbers);
    return numbers.sorted();
  }

  /** Without an object for each, since there may be tens of thousands. */
  private static final class Numbers implements Reader {
    private int[] found = new int[64];
    private int count;

    @Override
    public void accept(byte[] buffer, int start, int end, long inode) {
      int number = 0;
      for (int i = start; i < end; i++) {
        if (buffer[i] < '0' || buffer[i] > '9') {
          return;
        }
        number = 10 * number + buffer[i] - '0';
      }
      if (count == found.length) {
        found = Arrays.copyOf(found, 2 * count);
      }
      found[count++] = number;
    }

    int[] sorted() {
      int[] numbers = Arrays.copyOf(found, count);
      Arrays.sort(numbers);
      return numbers;
    }
  }
}
