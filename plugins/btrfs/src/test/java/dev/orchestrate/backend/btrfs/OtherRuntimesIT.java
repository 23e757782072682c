package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Rendezvous;
import dev.orchestrate.testkit.RequiresRoot;
import dev.orchestrate.testkit.RunningProgram;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Services in containers that Docker does not run; see {@link ContainerIT} for those. */
@RequiresRoot
@Tag("once")
class OtherRuntimesIT {
  @Nested
  class WithPodman extends Containers {
    @Override
    ContainerRuntime newRuntime() {
      return new Podman();
    }
  }

  @Nested
  class WithContainerd extends Containers {
    @Override
    ContainerRuntime newRuntime() {
      return new OwnContainerd();
    }
  }

  /** What holds whoever runs them. */
  abstract static class Containers extends Situation {
    private static final String VOLUME = ContainerRuntime.VOLUME;

    abstract ContainerRuntime newRuntime();

    @Override
    protected TestFilesystem kind() {
      return new BtrfsOnLoop();
    }

    /** A container whose only process is a subject. */
    private record Service(Subject subject, long pid) {}

    private Service start(ContainerRuntime runtime, String name, Optional<Path> volume) {
      Rendezvous rendezvous = newRendezvous();
      List<String> command = rendezvous.command(Path.of("/subject"));
      Path meeting = Path.of(command.get(2)).getParent();
      long pid = runtime.start(name, volume, meeting, command);
      return new Service(watched(rendezvous.next()), pid);
    }

    private Service startWithVolume(ContainerRuntime runtime) {
      return start(runtime, "service", Optional.of(filesystem().mountPoint()));
    }

    private ContainerRuntime runtime() {
      ContainerRuntime runtime = newRuntime();
      atEnd(runtime::close);
      return runtime;
    }

    private Outcome orchestrateWith(ContainerRuntime runtime, Object... words) {
      return orchestrate().runIn(runtime.environment() + " \"$@\"", words);
    }

    private Object[] command(String container) {
      return checkpointCommand(filesystem().mountPoint(), "--container", container);
    }

    @Test
    void aContainerIsFrozenAndRestartedInAnother() {
      ContainerRuntime runtime = runtime();
      Service service = startWithVolume(runtime);
      replaceA(service.subject(), 10, Path.of(VOLUME));
      Subject other = newSubject();
      openOrphan(other, 10, "orphan", "of another");

      Outcome outcome = orchestrateWith(runtime, command("service")).expect(0);

      Checkpoint checkpoint = new Checkpoint(outcome.json());
      rememberStored();
      assertThat(checkpoint.processes()).containsExactly(service.pid());
      assertThat(checkpoint.relink().original().text()).isEqualTo("a");
      service.subject().close();
      Service successor = start(runtime, "successor", Optional.empty());
      RunningProgram restart =
          orchestrate()
              .start(
                  "restart",
                  "--mount-namespace=/proc/" + successor.pid() + "/ns/mnt",
                  "--at=" + VOLUME,
                  checkpoint.id(),
                  "--",
                  "/subject");
      Subject restarted = watched(restart.subject());
      restarted.tell("write", 10, " and from after");
      assertThat(restarted.tell("cat", VOLUME + "/b").text()).isEqualTo("old and from after");
      assertThat(restarted.tell("cat", VOLUME + "/a").text()).isEqualTo("new");
      assertThat(successor.subject().attempt("cat", VOLUME + "/b").isOk()).isFalse();
      liveTreeHas("b", "old");
    }

    /** Its root, what is the kernel's and what it can't write to are no volumes. */
    @Test
    void withoutAPathTheVolumesAreCheckpointed() {
      ContainerRuntime runtime = runtime();
      Service service = startWithVolume(runtime);
      replaceA(service.subject(), 10, Path.of(VOLUME));

      Outcome outcome =
          orchestrateWith(runtime, "checkpoint", "--json", "--container", "service").expect(0);

      rememberStored();
      Checkpoint checkpoint = new Checkpoint(outcome.json());
      assertThat(manifest(checkpoint).required("target").required("path").textValue())
          .isEqualTo(filesystem().mountPoint().toString());
      assertThat(checkpoint.processes()).containsExactly(service.pid());
    }

    @Test
    void aContainerThatIsNotThereIsRefused() {
      ContainerRuntime runtime = runtime();

      Outcome outcome = orchestrateWith(runtime, command("nothing")).expect(3);

      assertThat(outcome.err()).contains("container nothing: ").contains("see: docker ps; podman");
    }
  }
}
