package dev.orchestrate.cli;

import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Handles signals through sun.misc.Signal, for which Java offers nothing else. It is reached by
 * reflection because the compiler warns of each use and can't be told that it is meant.
 */
final class SignalHandler {
  private SignalHandler() {}

  /**
   * @param name without SIG, such as TERM
   * @param action gets the signal's number
   */
  static void install(String name, IntConsumer action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              SignalHandler.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                action.accept((int) signal.getMethod("getNumber").invoke(arguments[0]));
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signal " + name + " can't be handled", e);
    }
  }
}
