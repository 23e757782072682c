package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Rendezvous;
import dev.orchestrate.testkit.RequiresRoot;
import dev.orchestrate.testkit.RunningProgram;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;

/** Services in containers, with the filesystem as a volume, which they see at another path. */
@RequiresRoot
@Tag("once")
class ContainerIT extends Situation {
  private static final String VOLUME = "/data";
  private static DockerDaemon docker;

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  @BeforeAll
  static void startDocker() {
    docker = DockerDaemon.shared();
  }

  /** A container whose only process is a subject. */
  private final class Service {
    private final GenericContainer<?> container = new GenericContainer<>(DockerDaemon.IMAGE);
    private final Subject subject;

    Service() {
      Rendezvous rendezvous = newRendezvous();
      List<String> command = rendezvous.command(Path.of("/subject"));
      String meeting = Path.of(command.get(2)).getParent().toString();
      container
          .withCreateContainerCmdModifier(create -> create.withName("service"))
          .withNetworkMode("none")
          .withFileSystemBind(filesystem().mountPoint().toString(), VOLUME, BindMode.READ_WRITE)
          .withFileSystemBind(meeting, meeting, BindMode.READ_WRITE)
          .withCommand(command.toArray(String[]::new))
          .start();
      atEnd(container::close);
      subject = watched(rendezvous.next());
    }

    Subject subject() {
      return subject;
    }

    String id() {
      return container.getContainerId();
    }

    /** As this host counts processes. */
    long pid() {
      return container.getCurrentContainerInfo().getState().getPidLong();
    }

    void stop() {
      subject.close();
      container.stop();
    }
  }

  private Outcome orchestrateWithDocker(Object... words) {
    return orchestrate().runIn("DOCKER_HOST=" + docker.address() + " \"$@\"", words);
  }

  private Checkpoint checkpointOfContainer(String container) {
    Outcome outcome = orchestrateWithDocker(command(container)).expect(0);
    Checkpoint checkpoint = new Checkpoint(outcome.json());
    rememberStored();
    return checkpoint;
  }

  @Test
  void aContainerIsFrozenAndItsFilesComeBack() {
    Service service = new Service();
    replaceA(service.subject(), 10, Path.of(VOLUME));
    Subject other = newSubject();
    openOrphan(other, 10, "orphan", "of another");

    Checkpoint checkpoint = checkpointOfContainer("service");

    assertThat(checkpoint.processes()).containsExactly(service.pid());
    assertThat(checkpoint.relink().original().text()).isEqualTo("a");
    service.subject().tell("write", 10, " and more");
    assertThat(content(service.subject(), 10)).isEqualTo("old and more");
    Subject restarted = restart(checkpoint);
    restarted.tell("write", 10, " and something else");
    assertThat(restarted.tell("cat", at("b")).text()).isEqualTo("old and something else");
  }

  /** Nobody is asked for an id: so it can be that of a runtime which is not known here. */
  @Test
  void aContainerIsKnownByTheBeginningOfItsId() {
    Service service = new Service();
    replaceA(service.subject(), 10, Path.of(VOLUME));

    Outcome outcome = orchestrate().run(command(service.id().substring(0, 12))).expect(0);

    rememberStored();
    assertThat(new Checkpoint(outcome.json()).processes()).containsExactly(service.pid());
  }

  /** The command of the restart starts a container on the view, and enters it. */
  @Test
  void aServiceIsRestartedInAnotherContainer() {
    Service service = new Service();
    replaceA(service.subject(), 10, Path.of(VOLUME));
    Checkpoint checkpoint = checkpointOfContainer("service");
    service.stop();
    String enterAnother =
        """
        export DOCKER_HOST=%s
        docker run --detach --interactive --rm --network=none --name=successor \\
            --volume="$ORCHESTRATE_VIEW:/data" %s /subject >&2
        nsenter --target="$(docker inspect --format='{{.State.Pid}}' successor)" --mount --pid /subject
        docker kill successor >&2
        """
            .formatted(docker.address(), DockerDaemon.IMAGE);

    RunningProgram restart =
        orchestrate().start("restart", checkpoint.id(), "--", "sh", "-c", enterAnother);
    Subject restarted = watched(restart.subject());

    restarted.tell("write", 10, " and from after");
    assertThat(restarted.tell("cat", VOLUME + "/b").text()).isEqualTo("old and from after");
    assertThat(restarted.tell("cat", VOLUME + "/a").text()).isEqualTo("new");
    liveTreeHas("b", "old");
  }

  @Test
  void aContainerThatIsNotThereIsRefused() {
    Outcome outcome = orchestrateWithDocker(command("nothing")).expect(3);

    assertThat(outcome.err())
        .contains("container nothing")
        .contains("docker: ")
        .contains("docker ps");
  }

  @Test
  void aContainerThatHasEndedIsRefused() {
    Service service = new Service();
    Program.run("docker", "--host=" + docker.address(), "kill", "service");
    service.subject().close();

    Outcome outcome = orchestrateWithDocker(command("service")).expect(3);

    assertThat(outcome.err()).contains("container service: does not run");
  }

  private Object[] command(String container) {
    return checkpointCommand(filesystem().mountPoint(), "--container", container);
  }
}
