package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.AT_FDCWD;
import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.util.Arrays;

/** Reads symbolic links, the magic ones of /proc among them; readlink(2). */
public final class Symlink {
  private static final int LONGEST = 4096;

  private Symlink() {}

  /**
   * @throws SystemCallException ENAMETOOLONG if the path behind a magic link of /proc takes more
   *     than a page
   */
  public static RawPath read(RawPath link) {
    byte[] buffer = new byte[LONGEST];
    long length =
        check(
            LIBC.readlinkat(AT_FDCWD, link.terminated(), buffer, buffer.length), "readlink", link);
    return RawPath.of(Arrays.copyOf(buffer, (int) length));
  }
}
