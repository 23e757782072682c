package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.ServerProcess;
import dev.orchestrate.testkit.SubjectProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Docker of a test's own, in a folder of its own; it has no network, and changes none of the
 * host's.
 */
final class DockerDaemon {
  /** An image with nothing but {@code /subject} in it. */
  static final String IMAGE = "orchestrate-test:latest";

  private static DockerDaemon shared;

  private final Path folder;
  private final ServerProcess server;

  private DockerDaemon(Path folder) throws IOException {
    this.folder = folder;
    Path configuration = Files.writeString(folder.resolve("daemon.json"), "{}");
    ProcessBuilder builder =
        new ProcessBuilder(
            "dockerd",
            "--config-file=" + configuration,
            "--data-root=" + folder.resolve("data"),
            "--exec-root=" + folder.resolve("exec"),
            "--pidfile=" + folder.resolve("pid"),
            "--host=" + address(),
            "--storage-driver=vfs",
            "--bridge=none",
            "--iptables=false",
            "--ip6tables=false",
            "--ip-forward=false",
            "--ip-masq=false");
    this.server = ServerProcess.start(builder, "TERM", this::answers);
  }

  /**
   * The one of this JVM, which it ends with: Testcontainers keeps to the first that it has met, and
   * its connections.
   */
  static synchronized DockerDaemon shared() {
    if (shared == null) {
      shared = start();
      Runtime.getRuntime().addShutdownHook(new Thread(shared::end, "end of Docker"));
    }
    return shared;
  }

  private static DockerDaemon start() {
    try {
      DockerDaemon daemon = new DockerDaemon(Files.createTempDirectory("orchestrate-test"));
      daemon.makeImage();
      System.setProperty("DOCKER_HOST", daemon.address());
      return daemon;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    return Program.attempt("docker", "--host=" + address(), "version").status() == 0;
  }

  private void makeImage() {
    Path subject = SubjectProgram.path();
    importImage(IMAGE, subject.getParent(), subject.getFileName().toString());
  }

  /** Makes an image of one name in a folder, with all that is below it. */
  void importImage(String image, Path root, String name) {
    Path layer = folder.resolve("layer.tar");
    Program.run("tar", "-C", root, "-cf", layer, name);
    Program.run("docker", "--host=" + address(), "import", layer, image);
  }

  /** For the environment of what is to ask it. */
  String address() {
    return "unix://" + folder.resolve("docker.sock");
  }

  private void end() {
    server.stop();
    server.close();
    Program.run("find", folder, "-xdev", "-depth", "-delete");
  }
}
