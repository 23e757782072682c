package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.spi.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A device mounted where nobody but one thread sees it, and gone with that thread. */
final class OwnMounts {
  private OwnMounts() {}

  /**
   * @param place an existing directory, any
   * @param action gets the top of what is mounted
   */
  static void with(RawPath device, FilesystemKind kind, RawPath place, Consumer<Directory> action) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                inThisThread(device, kind, place, action);
                done.complete(true);
              } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
              }
            },
            "orchestrate-lvm");
    thread.start();
    try {
      done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static void inThisThread(
      RawPath device, FilesystemKind kind, RawPath place, Consumer<Directory> action) {
    try {
      MountNamespace.enterPrivate();
      MountNamespace.mountDevice(device, place, kind.type(), kind.mountOptions());
    } catch (SystemCallException e) {
      throw Failures.of(e, "mounting the snapshot " + device, "CAP_SYS_ADMIN");
    }
    try (Directory top = Directory.open(place)) {
      action.accept(top);
    } finally {
      MountNamespace.unmountUnused(place);
    }
  }
}
