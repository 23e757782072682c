package dev.orchestrate.engine.openfiles;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one process holds on each of several targets.
 *
 * @param byTarget in the order of the targets; not empty
 */
public record Holdings(List<ProcessFiles> byTarget) {

  public int pid() {
    return byTarget.get(0).pid();
  }

  /** Whether it holds nothing on any of them. */
  public boolean isEmpty() {
    return byTarget.stream().allMatch(ProcessFiles::isEmpty);
  }

  public boolean readsOurOutput() {
    return byTarget.stream().anyMatch(ProcessFiles::readsOurOutput);
  }

  /** A thread for each table of descriptors that the process has. */
  public Set<Integer> tables() {
    return byTarget.stream()
        .flatMap(files -> files.descriptors().keySet().stream())
        .collect(Collectors.toSet());
  }

  /** How many descriptors it has on them. */
  public long descriptors() {
    return byTarget.stream()
        .flatMap(files -> files.descriptors().values().stream())
        .mapToLong(List::size)
        .sum();
  }

  /** What several processes hold on all targets. */
  public static Stream<ProcessFiles> all(Collection<Holdings> processes) {
    return processes.stream().flatMap(one -> one.byTarget().stream());
  }
}
