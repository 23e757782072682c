package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** sshd(8) on a port of the loopback device, with keys of its own, that lets this user in. */
final class Sshd implements AutoCloseable {
  private final Path folder;
  private final Process process;

  Sshd(Path folder) throws IOException {
    this.folder = folder;
    int port = freePort();
    Program.run("chmod", "700", folder);
    for (String key : new String[] {"host", "user"}) {
      Program.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.resolve(key));
    }
    Program.run("cp", folder.resolve("user.pub"), folder.resolve("authorized"));
    Files.writeString(
        folder.resolve("sshd_config"),
        """
        ListenAddress 127.0.0.1:%1$d
        HostKey %2$s/host
        AuthorizedKeysFile %2$s/authorized
        PermitRootLogin yes
        StrictModes no
        UsePAM no
        PidFile none
        PasswordAuthentication no
        """
            .formatted(port, folder));
    Files.writeString(
        folder.resolve("config"),
        """
        Host elsewhere
          HostName 127.0.0.1
          Port %1$d
          IdentityFile %2$s/user
          IdentitiesOnly yes
          BatchMode yes
          StrictHostKeyChecking no
          UserKnownHostsFile %2$s/known
          LogLevel ERROR
        """
            .formatted(port, folder));
    Files.createDirectories(Path.of("/run/sshd"));
    process =
        new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", folder + "/sshd_config")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    awaitListening(port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening(int port) {
    for (int i = 0; i < 100; i++) {
      if (isListening(port)) {
        return;
      }
      pause();
    }
    close();
    throw new AssertionError("sshd does not listen");
  }

  private static boolean isListening(int port) {
    try {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A shell script that runs its arguments where "elsewhere" is this server's name. */
  String script() {
    return "RSYNC_RSH='ssh -F %s/config' exec \"$@\"".formatted(folder);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      Files.deleteIfExists(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
