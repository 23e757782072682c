package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.AT_FDCWD;
import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.util.Arrays;

/** Reads symbolic links, the magic ones of /proc among them; readlink(2). */
public final class Symlink {
  private static final int USUAL = 256;
  static final int LONGEST = 4096;

  private Symlink() {}

  /**
   * @throws SystemCallException ENAMETOOLONG if the path behind a magic link of /proc takes more
   *     than a page
   */
  public static RawPath read(RawPath link) {
    byte[] usual = read(link, USUAL);
    return RawPath.of(usual.length < USUAL ? usual : read(link, LONGEST));
  }

  /** The same below a directory. */
  static RawPath read(Fd directory, RawPath link) {
    return RawPath.of(read(directory.number(), link, LONGEST));
  }

  private static byte[] read(RawPath link, int most) {
    return read(AT_FDCWD, link, most);
  }

  private static byte[] read(int directory, RawPath link, int most) {
    byte[] buffer = new byte[most];
    long length =
        check(LIBC.readlinkat(directory, link.terminated(), buffer, most), "readlink", link);
    return Arrays.copyOf(buffer, (int) length);
  }
}
