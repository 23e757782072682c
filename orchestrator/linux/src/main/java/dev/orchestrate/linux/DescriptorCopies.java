package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;

import java.util.Optional;

/**
 * Looks at the descriptors of another process through copies, by pidfd_getfd(2): several times
 * faster than /proc. Only for files on filesystems of this machine: closing a copy flushes the
 * file, which on others may wait for a server.
 */
public final class DescriptorCopies implements AutoCloseable {
  private static final int SEEK_CUR = 1;

  private final int process;

  private DescriptorCopies(int process) {
    this.process = process;
  }

  /**
   * The state of an open file description.
   *
   * @param offset in bytes; 0 if it has none
   * @param flags as open(2) takes them; O_CLOEXEC belongs to the descriptor and is not among them
   */
  public record Position(long offset, int flags) {}

  /** Empty where the kernel, or the caller's rights, do not allow it. */
  public static Optional<DescriptorCopies> of(int pid) {
    long process = LIBC.syscall(Arch.PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
    return process < 0 ? Optional.empty() : Optional.of(new DescriptorCopies((int) process));
  }

  /** Of what a descriptor of the process's first thread refers to; empty if that can't be told. */
  public Optional<Position> position(int number) {
    int copy = (int) LIBC.syscall(Arch.PIDFD_GETFD, process, number, 0, 0, 0, 0);
    if (copy < 0) {
      return Optional.empty();
    }
    long offset = LIBC.lseek(copy, 0, SEEK_CUR);
    int flags = LIBC.fcntl(copy, Fd.F_GETFL, 0);
    LIBC.close(copy);
    return flags < 0 ? Optional.empty() : Optional.of(new Position(Math.max(0, offset), flags));
  }

  @Override
  public void close() {
    LIBC.close(process);
  }
}
