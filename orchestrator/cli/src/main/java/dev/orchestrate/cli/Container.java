package dev.orchestrate.cli;

import dev.orchestrate.linux.cgroup.Cgroup;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.NotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the control group of a container. Every runtime puts the container's id, 64 hexadecimal
 * digits, into the group's name: {@code docker/ID}, {@code docker-ID.scope}, {@code
 * libpod-ID.scope}, {@code cri-containerd-ID.scope} (runc's cgroup drivers). So an id is enough,
 * whatever runs it; who has a name for it is asked, docker or podman for the id, and containerd
 * itself, in whose own containers names are ids, for the process.
 */
final class Container {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** As short as these are shown, or longer. */
  private static final Pattern ID = Pattern.compile("[0-9a-f]{12,64}");

  /** Those that know containers by name, and are asked alike. */
  private static final List<String> RUNTIMES = List.of("docker", "podman");

  private Container() {}

  /**
   * The group.
   *
   * @param container its name, its id, or the beginning of that, 12 digits at least
   * @throws NotFoundException if no container is called so, or it does not run
   */
  static Cgroup cgroup(String container) {
    List<Cgroup> groups = ID.matcher(container).matches() ? groups(container) : List.of();
    if (groups.isEmpty()) {
      groups = named(container);
    }
    if (groups.isEmpty()) {
      throw new NotFoundException(
          "container " + container + ": does not run, or has no control group on this host",
          "choose by --cgroup or --pid instead, if it does");
    }
    if (groups.size() > 1) {
      throw new NotFoundException(
          "container " + container + ": several ids begin so", "give all of its id");
    }
    return groups.get(0);
  }

  /** In the first of the interfaces that has some. */
  private static List<Cgroup> groups(String id) {
    Pattern name = Pattern.compile("(|.+[-:])" + id + "[0-9a-f]*(\\.scope)?");
    return Cgroup.roots().stream()
        .map(root -> below(root, name).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** Groups below one that is found are the container's own affair. */
  private static Stream<Cgroup> below(Cgroup group, Pattern name) {
    return group.children().stream()
        .flatMap(child -> isCalled(child, name) ? Stream.of(child) : below(child, name));
  }

  /** Podman and CRI-O give a group to what watches the container, too. */
  private static boolean isCalled(Cgroup group, Pattern name) {
    String last = group.path().name().text();
    return name.matcher(last).matches() && !last.contains("conmon");
  }

  private static List<Cgroup> named(String container) {
    List<String> refusals = new ArrayList<>();
    for (String runtime : RUNTIMES) {
      Optional<Path> program = ExternalProgram.find(runtime);
      if (program.isPresent()) {
        ExternalProgram.Result asked = ask(program.get(), container);
        if (asked.status() == 0) {
          return groups(asked.out().strip());
        }
        refusals.add(runtime + ": " + asked.err().strip().lines().findFirst().orElse(""));
      }
    }
    Optional<Path> ctr = ExternalProgram.find("ctr");
    if (ctr.isPresent()) {
      try {
        Optional<Integer> process = new Containerd(ctr.get()).process(container);
        if (process.isPresent()) {
          return groupOf(process.get(), container);
        }
        refusals.add("containerd: no task of that name runs");
      } catch (Containerd.FailedException e) {
        refusals.add(e.getMessage());
      }
    }
    String why =
        refusals.isEmpty()
            ? "there is neither docker nor podman nor ctr, and no container of this id"
            : String.join("; ", refusals);
    throw new NotFoundException(
        "container " + container + ": " + why, "see: docker ps; podman ps; ctr tasks list");
  }

  /**
   * The group that is called as the container is, which its first process is in, or in one below,
   * if that makes groups of its own as systemd does. The name is what containerd's clients give it.
   */
  private static List<Cgroup> groupOf(int pid, String container) {
    Pattern name = Pattern.compile("(|.+[-:])" + Pattern.quote(container) + "(\\.scope)?");
    return Stream.of(Cgroup.Version.values())
        .flatMap(version -> Cgroup.of(pid, version).stream())
        .flatMap(Container::withThoseAbove)
        .filter(group -> name.matcher(group.path().name().text()).matches())
        .limit(1)
        .toList();
  }

  private static Stream<Cgroup> withThoseAbove(Cgroup group) {
    return Stream.iterate(group, one -> !one.isRoot(), Cgroup::parent);
  }

  private static ExternalProgram.Result ask(Path runtime, String container) {
    try {
      return ExternalProgram.run(
          LIMIT,
          List.of(
              runtime.toString(),
              "inspect",
              "--type=container",
              "--format={{.Id}}",
              "--",
              container));
    } catch (UncheckedIOException | ExternalProgram.OverdueException e) {
      return new ExternalProgram.Result(1, "", "" + e.getMessage());
    }
  }
}
