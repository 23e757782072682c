package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessStatus;
import java.util.List;
import java.util.stream.Collectors;

/** Processes as people are told of them: number and name, of the first of them. */
final class ProcessNames {
  private static final int MOST = 8;

  private ProcessNames() {}

  /** Those that checkpoints have recorded, each once; empty if there are none. */
  static String recorded(List<Manifest> manifests) {
    return listed(
        manifests.stream()
            .flatMap(manifest -> manifest.processes().stream())
            .map(process -> process.pid() + " " + RawPath.printable(process.name()))
            .distinct()
            .toList());
  }

  /** As they are called now; empty if there are none. */
  static String running(List<Integer> pids) {
    return listed(pids.stream().map(ProcessNames::name).toList());
  }

  private static String name(int pid) {
    try {
      return pid + " " + RawPath.printable(ProcessStatus.of(pid).name());
    } catch (SystemCallException e) {
      return pid + " (ended)";
    }
  }

  private static String listed(List<String> processes) {
    return processes.stream().limit(MOST).collect(Collectors.joining(", "))
        + (processes.size() > MOST ? " and " + (processes.size() - MOST) + " more" : "");
  }
}
