package dev.orchestrate.linux;

/** A system call that failed: which one, on what, and the kernel's reason. */
public final class SystemCallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final String subject;
  private final Errno errno;
  private final int number;

  SystemCallException(String call, String subject, int number) {
    super(
        subject
            + ": "
            + (Errno.of(number) == Errno.UNKNOWN
                ? "error " + number
                : Errno.of(number).message() + " (" + Errno.of(number) + ")")
            + " in "
            + call);
    this.call = call;
    this.subject = subject;
    this.errno = Errno.of(number);
    this.number = number;
  }

  public String call() {
    return call;
  }

  /** The path, process or descriptor that the call was about. */
  public String subject() {
    return subject;
  }

  public Errno errno() {
    return errno;
  }

  public boolean is(Errno... any) {
    for (Errno one : any) {
      if (one == errno) {
        return true;
      }
    }
    return false;
  }

  /** The kernel's number, also where {@link #errno()} is {@link Errno#UNKNOWN}. */
  public int number() {
    return number;
  }
}
