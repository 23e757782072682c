package dev.orchestrate.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.LastError;
import jnr.ffi.Runtime;

/**
 * Breaks the program at a chosen system call, for the tests that show that nothing is lost then.
 * Only the Java system property {@value #PROPERTY} switches it on:
 *
 * <pre>
 * count:FILE   writes the name of each call that changes something into FILE, a line each
 * kill:N       SIGKILL in the place of the Nth such call
 * EIO:N        the Nth such call fails with EIO, or whatever other errno is named
 * </pre>
 */
final class Faults implements InvocationHandler {
  static final String PROPERTY = "orchestrate.faults";

  private static final int SIGKILL = 9;

  /** Calls that leave a trace; openat(2) belongs to them if it creates. */
  private static final Set<String> CHANGES =
      Set.of(
          "write",
          "fsync",
          "syncfs",
          "ftruncate",
          "linkat",
          "unlinkat",
          "mkdirat",
          "mknodat",
          "renameat2",
          "fchownat",
          "fchmodat",
          "utimensat",
          "setxattr",
          "mount",
          "umount2",
          "ioctl",
          "kill",
          "posix_spawnp");

  private final LibC libC;
  private final Runtime runtime;
  private final String what;
  private final String argument;
  private final AtomicInteger calls = new AtomicInteger();

  private Faults(LibC libC, Runtime runtime, String what, String argument) {
    this.libC = libC;
    this.runtime = runtime;
    this.what = what;
    this.argument = argument;
  }

  /** The C library as it is or, if the property is set, so that it breaks. */
  static LibC in(LibC libC, Runtime runtime) {
    String wanted = System.getProperty(PROPERTY);
    if (wanted == null) {
      return libC;
    }
    int colon = wanted.indexOf(':');
    Faults faults =
        new Faults(libC, runtime, wanted.substring(0, colon), wanted.substring(colon + 1));
    return (LibC)
        Proxy.newProxyInstance(LibC.class.getClassLoader(), new Class<?>[] {LibC.class}, faults);
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (isChange(method.getName(), arguments)) {
      if (what.equals("count")) {
        count(method.getName());
      } else if (calls.incrementAndGet() == Integer.parseInt(argument)) {
        if (what.equals("kill")) {
          libC.kill(libC.getpid(), SIGKILL);
        }
        return failed(method, Errno.valueOf(what).number());
      }
    }
    try {
      return method.invoke(libC, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
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
      Files.writeString(
          Path.of(argument), name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
