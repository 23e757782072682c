package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Optional;

/** The control groups of a process, /proc/PID/cgroup; cgroups(7). */
public record ProcessCgroups(List<String> lines) {

  public static ProcessCgroups of(int pid) {
    return new ProcessCgroups(ProcFile.lines("/proc/" + pid + "/cgroup"));
  }

  /** The path in the hierarchy of a v1 controller; the empty string stands for the v2 hierarchy. */
  public Optional<RawPath> path(String controller) {
    for (String line : lines) {
      String[] fields = line.split(":", 3);
      boolean matches =
          controller.isEmpty()
              ? fields[0].equals("0")
              : List.of(fields[1].split(",")).contains(controller);
      if (matches) {
        return Optional.of(RawPath.of(fields[2]));
      }
    }
    return Optional.empty();
  }
}
