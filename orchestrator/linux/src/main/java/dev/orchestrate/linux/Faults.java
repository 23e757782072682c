package dev.orchestrate.linux;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.LastError;
import jnr.ffi.Runtime;

/**
 * Breaks the program at a chosen step, for the tests that show that nothing is lost then. A step is
 * a system call that changes something, or the start of another program. Only the Java system
 * property {@value #PROPERTY} switches it on:
 *
 * <pre>
 * count:FILE   writes the name of each step into FILE, a line each
 * kill:N       SIGKILL in the place of the Nth step
 * stop:N       SIGSTOP before the Nth step, which follows on SIGCONT
 * stop:NAME    the same before each step of this name, such as syncfs
 * EIO:N        the Nth step fails with EIO, or whatever other errno is named
 * </pre>
 */
public final class Faults implements InvocationHandler {
  static final String PROPERTY = "orchestrate.faults";

  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;

  /** Calls that leave a trace; openat(2) belongs to them if it creates. */
  private static final Set<String> CHANGES =
      Set.of(
          "write",
          "fsync",
          "fdatasync",
          "syncfs",
          "ftruncate",
          "linkat",
          "unlinkat",
          "mkdirat",
          "mknodat",
          "symlinkat",
          "renameat2",
          "fchownat",
          "fchmodat",
          "utimensat",
          "setxattr",
          "removexattr",
          "mount",
          "umount2",
          "ioctl",
          "kill",
          "posix_spawnp");

  private final LibC libC;
  private final Runtime runtime;
  private final String what;
  private final String argument;
  private final AtomicInteger steps = new AtomicInteger();
  private final OutputStream counted;

  private Faults(LibC libC, Runtime runtime, String what, String argument) {
    this.libC = libC;
    this.runtime = runtime;
    this.what = what;
    this.argument = argument;
    this.counted = what.equals("count") ? open(argument) : OutputStream.nullOutputStream();
  }

  /** At the beginning: later, a thread may be where it can write to no file that it opens. */
  private static OutputStream open(String file) {
    try {
      return new FileOutputStream(file, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that the property asks for, if it is set. */
  static Optional<Faults> wanted(LibC libC, Runtime runtime) {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .map(wanted -> wanted.split(":", 2))
        .map(words -> new Faults(libC, runtime, words[0], words[1]));
  }

  /** The C library, so that it breaks. */
  LibC library() {
    return (LibC)
        Proxy.newProxyInstance(LibC.class.getClassLoader(), new Class<?>[] {LibC.class}, this);
  }

  /**
   * Another program is about to be started.
   *
   * @throws IOException if this is the step that is to fail
   */
  public static void beforeProgram(String name) throws IOException {
    Optional<Errno> failure = Native.FAULTS.flatMap(faults -> faults.meet(name));
    if (failure.isPresent()) {
      throw new IOException("error=%d, %s".formatted(failure.get().number(), failure.get()));
    }
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (isChange(method.getName(), arguments)) {
      Optional<Errno> failure = meet(method.getName());
      if (failure.isPresent()) {
        return failed(method, failure.get().number());
      }
    }
    try {
      return method.invoke(libC, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** What the step fails with, if it is to fail. */
  private Optional<Errno> meet(String step) {
    if (what.equals("count")) {
      count(step);
      return Optional.empty();
    }
    String number = Integer.toString(steps.incrementAndGet());
    if (!argument.equals(number) && !argument.equals(step)) {
      return Optional.empty();
    }
    if (what.equals("kill") || what.equals("stop")) {
      libC.kill(libC.getpid(), what.equals("kill") ? SIGKILL : SIGSTOP);
      return Optional.empty();
    }
    return Optional.of(Errno.valueOf(what));
  }

  private Object failed(Method method, int errno) {
    if (method.getName().equals("posix_spawnp")) {
      return errno;
    }
    LastError.setLastError(runtime, errno);
    if (method.getReturnType() == long.class) {
      return -1L;
    }
    return -1;
  }

  private static boolean isChange(String name, Object[] arguments) {
    return CHANGES.contains(name)
        || (name.equals("openat") && ((Integer) arguments[2] & Fd.O_CREAT) != 0);
  }

  private void count(String name) {
    try {
      counted.write((name + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
