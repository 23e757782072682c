package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Deadline;
import dev.orchestrate.testkit.LoggingService;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Container.ExecResult;

/**
 * A service goes from one host to another, by ssh: containers that share a loopback device only.
 */
@RequiresRoot
@Tag("once")
class TwoHostsIT {
  private static final int MUCH = 3_000_000;
  private static DockerDaemon docker;

  @TempDir private static Path root;

  private final Orchestrate onX = Orchestrate.ofThisModule();
  private final Orchestrate onY = Orchestrate.ofThisModule();
  private final MountedFilesystem dataOfX = new BtrfsOnLoop().make(512L << 20);
  private final MountedFilesystem dataOfY = new BtrfsOnLoop().make(512L << 20);
  private final Path shared = dataOfX.outside("shared");
  private final Path numbers = shared.resolve("numbers");
  private HostContainer x;
  private HostContainer y;

  @BeforeAll
  static void startDocker() {
    docker = DockerDaemon.shared();
    HostContainer.makeImage(docker, root);
  }

  @BeforeEach
  void startHosts() throws IOException {
    for (String key : List.of("host", "user")) {
      Program.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", shared.resolve(key));
    }
    Files.writeString(
        shared.resolve("sshd_config"),
        """
        Port 22
        ListenAddress 127.0.0.1
        HostKey %1$s/host
        AuthorizedKeysFile %1$s/user.pub
        PermitRootLogin yes
        StrictModes no
        UsePAM no
        PidFile none
        """
            .formatted(shared));
    x = new HostContainer(onX, dataOfX, shared, "none", "sleep", "infinity");
    startY();
  }

  private void startY() {
    String[] server = {"/usr/sbin/sshd", "-D", "-e", "-f", shared + "/sshd_config"};
    y = new HostContainer(onY, dataOfY, shared, x.network(), server);
    Deadline.require("sshd answers", () -> x.attempt(ssh(List.of("true"))).getExitCode() == 0);
  }

  @AfterEach
  void endHosts() {
    Stream.of(y, x, dataOfY, dataOfX, onY, onX)
        .filter(Objects::nonNull) // or it was not started
        .forEach(one -> assertDoesNotThrow(one::close));
  }

  private List<String> ssh(List<String> command) {
    List<String> words =
        new ArrayList<>(
            List.of("ssh", "-i", shared + "/user", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"));
    words.addAll(List.of("-o", "StrictHostKeyChecking=no"));
    words.addAll(List.of("-o", "UserKnownHostsFile=/root/known", "root@127.0.0.1", "--"));
    words.addAll(command);
    return words;
  }

  private String startService() {
    String script = "setsid sh -c \"$0\" sh \"$@\" < /dev/null > /dev/null 2>&1 & echo $!";
    String pid =
        x.run(
                List.of(
                    "sh",
                    "-c",
                    script,
                    LoggingService.SCRIPT,
                    HostContainer.DATA,
                    numbers.toString()))
            .strip();
    awaitMore();
    return pid;
  }

  private void awaitMore() {
    long before = Files.exists(numbers) ? LoggingService.lastOf(numbers) : 0;
    Deadline.require(
        "the service writes on after " + before,
        () -> Files.exists(numbers) && LoggingService.lastOf(numbers) > before);
  }

  private void writeMuch() {
    Program.run("sh", "-c", "head -c " + MUCH + " /dev/urandom > \"$0\"", dataOfX.path("much"));
  }

  private List<String> migrate(String pid, List<String> receiver) {
    List<String> words =
        new ArrayList<>(
            onX.words(
                "migrate", "--final", "--rounds=2", "--pid=" + pid, HostContainer.DATA, "--"));
    words.addAll(receiver);
    return words;
  }

  private List<String> receiving() {
    return ssh(onY.words("receive", "--delete-parent", HostContainer.DATA));
  }

  private static List<String> listed(HostContainer host, Orchestrate program) throws IOException {
    JsonNode list = new ObjectMapper().readTree(host.run(program.words("list", "--json")));
    return list.findValuesAsText("id");
  }

  @Test
  void aServiceMovesWithAllThatItHasWritten() throws IOException {
    String service = startService();
    writeMuch();

    String report = x.run(migrate(service, receiving()));

    assertThat(report).contains("round 1: ", "final: ", "ended here: ");
    String ended = "! [ -e /proc/$0 ] || grep -q '^State:.Z' /proc/$0/status";
    x.run(List.of("sh", "-c", ended, service));
    requireAllOnY();
  }

  /** The service is started there; what it says next is in b, behind all that it said here. */
  private void requireAllOnY() throws IOException {
    List<String> there = listed(y, onY);
    assertThat(there).hasSize(1);
    List<String> restart = new ArrayList<>(onY.words("restart", there.get(0), "--"));
    String command = "echo the next >&3; tail -n 2 /srv/data/b; readlink /proc/self/fd/3";
    restart.addAll(List.of("sh", "-c", command));
    List<String> said = y.run(restart).lines().toList();
    assertThat(said).hasSize(3).endsWith("the next", "/srv/data/a (deleted)");
    assertThat(Long.parseLong(said.get(0))).isGreaterThanOrEqualTo(LoggingService.lastOf(numbers));
  }

  /** In the first round, in a later one, and in the last; it comes back and has what it had. */
  @Test
  void theOtherHostIsKilledInEachRound() throws IOException {
    String service = startService();
    Path round = shared.resolve("round");
    Path middle = shared.resolve("middle");
    for (int killed = 1; killed <= 3; killed++) {
      writeMuch();
      Files.writeString(round, "0");
      Files.deleteIfExists(middle);
      List<String> receiver = new ArrayList<>(List.of("sh", "-c", pausing(round, middle, killed)));
      receiver.add("sh");
      receiver.addAll(receiving());
      Thread killer = new Thread(() -> killOnce(middle), "power failure");
      killer.start();

      ExecResult result = x.attempt(migrate(service, receiver));

      join(killer);
      assertThat(result.getExitCode()).as(result.toString()).isEqualTo(1);
      awaitMore();
      y.close();
      startY();
      y.run(onY.words("recover"));
      assertThat(listed(y, onY)).as(result.toString()).isEqualTo(listed(x, onX));
      for (String id : listed(x, onX)) {
        x.run(onX.words("delete", id));
        y.run(onY.words("delete", id));
      }
    }
    x.run(migrate(service, receiving()));
    requireAllOnY();
  }

  /**
   * Sends a little in the round that is chosen, says so, and waits until the other side is gone.
   */
  private static String pausing(Path round, Path middle, int chosen) {
    return """
        n=$(($(cat %1$s) + 1))
        echo $n > %1$s
        [ $n = %3$d ] || exec "$@"
        { head -c 3000; touch %2$s; while [ -e %2$s ]; do sleep 0.1; done; } | "$@"
        exit 1
        """
        .formatted(round, middle, chosen);
  }

  private void killOnce(Path middle) {
    try {
      Deadline.require("the middle of a round", () -> Files.exists(middle));
      y.kill();
    } finally {
      Program.run("rm", "-f", middle);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
