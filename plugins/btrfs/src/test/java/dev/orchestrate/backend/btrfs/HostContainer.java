package dev.orchestrate.backend.btrfs;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;

/**
 * A host: a container with root, accounts, a state folder and a filesystem of its own at {@code
 * /srv/data}, and the programs of this machine. A second one shares the network of the first, which
 * is a loopback device, so that one can be reached from the other by ssh(1).
 */
final class HostContainer implements AutoCloseable {
  static final String IMAGE = "orchestrate-host:latest";
  static final String DATA = "/srv/data";

  /** What orchestrate needs and containers lack; see docs/security.md. */
  private static final Capability[] CAPABILITIES = {
    Capability.DAC_READ_SEARCH,
    Capability.LINUX_IMMUTABLE,
    Capability.SYS_ADMIN,
    Capability.SYS_NICE,
    Capability.SYS_PTRACE
  };

  private final GenericContainer<?> container;

  /**
   * @param shared shown to it at the same path
   * @param network as Docker calls it
   * @param command that the container lives as long as
   */
  HostContainer(
      Orchestrate program, MountedFilesystem data, Path shared, String network, String... command) {
    List<Bind> binds = new ArrayList<>();
    binds.add(Bind.parse(data.mountPoint() + ":" + DATA));
    binds.add(Bind.parse(shared + ":" + shared));
    Path own = program.state().getParent();
    binds.add(Bind.parse(own + ":" + own));
    Stream.concat(
            Stream.of(Path.of("/usr")),
            Stream.concat(configurationOfJava(), program.folders().stream()))
        .filter(folder -> !folder.equals(own))
        .forEach(folder -> binds.add(Bind.parse(folder + ":" + folder + ":ro")));
    this.container =
        new GenericContainer<>(IMAGE)
            .withCreateContainerCmdModifier(
                create -> {
                  HostConfig host = create.getHostConfig();
                  host.withBinds(binds)
                      .withCapAdd(CAPABILITIES)
                      .withSecurityOpts(List.of("seccomp=unconfined", "apparmor=unconfined"));
                })
            .withNetworkMode(network)
            .withCommand(command);
    container.start();
  }

  /** Debian's Java has links there from where it is. */
  private static Stream<Path> configurationOfJava() {
    try (Stream<Path> etc = Files.list(Path.of("/etc"))) {
      return etc
          .filter(entry -> entry.getFileName().toString().startsWith("java-"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a host has of its own: folders, links into {@code /usr}, and accounts. */
  static void makeImage(DockerDaemon docker, Path root) {
    String script =
        """
        mkdir -p "$0"/etc "$0"/root "$0"/run/sshd "$0"/tmp "$0"/var/tmp "$0"/srv/data "$0"/proc \\
          "$0"/sys "$0"/dev "$0"/usr
        chmod 1777 "$0"/tmp "$0"/var/tmp
        for name in bin sbin lib lib64; do
          [ -e "/usr/$name" ] && ln -s "usr/$name" "$0/$name"
        done
        echo root:x:0: > "$0"/etc/group
        echo root:x:0:0::/root:/bin/sh > "$0"/etc/passwd
        echo sshd:x:101:65534::/run/sshd:/usr/sbin/nologin >> "$0"/etc/passwd
        cp /etc/ld.so.cache "$0"/etc
        """;
    Program.run("sh", "-ec", script, root);
    docker.importImage(IMAGE, root, ".");
  }

  /** Runs a program there that may fail. */
  ExecResult attempt(List<String> words) {
    try {
      return container.execInContainer(words.toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Runs one that has to succeed; gives what it prints. */
  String run(List<String> words) {
    ExecResult result = attempt(words);
    if (result.getExitCode() != 0) {
      throw new AssertionError(words + ": " + result);
    }
    return result.getStdout();
  }

  /** For the network mode of another. */
  String network() {
    return "container:" + container.getContainerId();
  }

  /** As if the power had failed. */
  void kill() {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.close();
  }
}
