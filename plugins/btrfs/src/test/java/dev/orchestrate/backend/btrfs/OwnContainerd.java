package dev.orchestrate.backend.btrfs;

import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A containerd in a folder of its own, whose containers have no network. */
final class OwnContainerd implements ContainerRuntime {
  /** What is for Kubernetes, and what makes folders outside of its own. */
  private static final String CONFIGURATION =
      """
      version = 2
      disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
      """;

  private final Path folder = Program.temporaryFolder();
  private final ServerProcess server;
  private final List<String> started = new ArrayList<>();

  OwnContainerd() {
    Path configuration = folder.resolve("config.toml");
    try {
      Files.writeString(configuration, CONFIGURATION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server =
        ServerProcess.start(
            new ProcessBuilder(
                "containerd",
                "--config=" + configuration,
                "--root=" + folder.resolve("root"),
                "--state=" + folder.resolve("state"),
                "--address=" + socket()),
            "TERM",
            () -> Program.attempt("ctr", "--address=" + socket(), "version").status() == 0);
  }

  private Path socket() {
    return folder.resolve("socket");
  }

  @Override
  public long start(String name, Optional<Path> volume, Path meeting, List<String> command) {
    Path root = SubjectRoot.make(folder.resolve(name));
    List<Object> words = new ArrayList<>(List.of("run", "--detach", "--rootfs"));
    volume.ifPresent(here -> words.add(mount(here, VOLUME, "rw")));
    words.add(mount(meeting, meeting.toString(), "ro"));
    words.addAll(List.of(root, name));
    words.addAll(command);
    started.add(name);
    ctr(words.toArray());
    return ctr("tasks", "list")
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(columns -> columns[0].equals(name))
        .mapToLong(columns -> Long.parseLong(columns[1]))
        .findFirst()
        .orElseThrow();
  }

  private static String mount(Path here, String there, String mode) {
    return "--mount=type=bind,options=rbind:%s,src=%s,dst=%s".formatted(mode, here, there);
  }

  private String ctr(Object... words) {
    List<Object> line = new ArrayList<>(List.of("ctr", "--address=" + socket()));
    line.addAll(List.of(words));
    return Program.run(line.toArray());
  }

  @Override
  public String environment() {
    return "CONTAINERD_ADDRESS=" + socket();
  }

  @Override
  public void close() {
    try {
      for (String name : started) {
        ctr("tasks", "delete", "--force", name);
        ctr("containers", "delete", name);
      }
      server.stop();
    } finally {
      server.close();
      Program.deleteTree(folder);
    }
  }
}
