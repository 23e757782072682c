package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Podman with a storage of its own, which has no daemon and here no network. */
final class Podman implements ContainerRuntime {
  private final Path folder = Program.temporaryFolder();
  private final Path configuration = folder.resolve("storage.conf");
  private final List<String> started = new ArrayList<>();

  Podman() {
    String storage =
        """
        [storage]
        driver = "vfs"
        graphroot = "%1$s/root"
        runroot = "%1$s/run"
        """
            .formatted(folder);
    try {
      Files.writeString(configuration, storage);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long start(String name, Optional<Path> volume, Path meeting, List<String> command) {
    Path root = SubjectRoot.make(folder.resolve(name));
    List<String> options =
        new ArrayList<>(
            List.of(
                "run",
                "--detach",
                "--name=" + name,
                "--network=none",
                "--ulimit=nofile=1024:1024",
                "--ulimit=nproc=1024:1024"));
    volume.ifPresent(here -> options.add("--volume=" + here + ":" + VOLUME));
    options.add("--volume=" + meeting + ":" + meeting + ":ro");
    options.addAll(List.of("--rootfs", root.toString()));
    options.addAll(command);
    started.add(name);
    podman(options);
    return Long.parseLong(podman(List.of("inspect", "--format={{.State.Pid}}", name)).strip());
  }

  private String podman(List<String> words) {
    List<Object> line =
        new ArrayList<>(
            List.of("env", environment(), "podman", "--runtime=runc", "--cgroup-manager=cgroupfs"));
    line.addAll(words);
    return Program.run(line.toArray());
  }

  @Override
  public String environment() {
    return "CONTAINERS_STORAGE_CONF=" + configuration;
  }

  @Override
  public void close() {
    started.forEach(name -> podman(List.of("rm", "--force", "--time=0", name)));
    Program.deleteTree(folder);
  }
}
