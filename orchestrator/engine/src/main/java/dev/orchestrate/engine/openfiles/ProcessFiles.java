package dev.orchestrate.engine.openfiles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one process holds on the target.
 *
 * @param descriptors by thread; the process's own table comes first, then those of threads that
 *     share it with nobody
 * @param readsOurOutput whether it can read from a pipe that this program writes to
 */
public record ProcessFiles(
    int pid,
    Map<Integer, List<HeldDescriptor>> descriptors,
    List<HeldMapping> mappings,
    Optional<Held> cwd,
    Optional<Held> root,
    Optional<Held> executable,
    boolean readsOurOutput) {

  public boolean isEmpty() {
    return all().findAny().isEmpty();
  }

  /** The inodes that some process can change through a mapping, which leaves no time stamp. */
  public static Stream<Held> mappedForWriting(Collection<ProcessFiles> processes) {
    return processes.stream()
        .flatMap(process -> process.mappings().stream())
        .filter(mapping -> mapping.mapping().writesToFile())
        .map(HeldMapping::held);
  }

  /** Every inode held, however often, descriptors first. */
  public Stream<Held> all() {
    List<Held> places = new ArrayList<>();
    cwd.ifPresent(places::add);
    root.ifPresent(places::add);
    executable.ifPresent(places::add);
    return Stream.of(
            descriptors.values().stream().flatMap(List::stream).map(HeldDescriptor::held),
            mappings.stream().map(HeldMapping::held),
            places.stream())
        .flatMap(held -> held);
  }
}
