package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Descriptor;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Something on the target that a process held; what {@code files --json} gives for each.
 *
 * @param role descriptor, mapping, cwd, root or executable
 */
record Holding(
    int pid,
    int thread,
    String process,
    String role,
    Optional<Integer> descriptor,
    RawPath path,
    boolean deleted,
    Optional<RawPath> relinked,
    Optional<Long> offset,
    Set<OpenFlag> flags) {

  /** All that a checkpoint has recorded, process by process. */
  static List<Holding> in(Manifest manifest) {
    Map<Integer, Description> descriptions = manifest.descriptionsById();
    List<Holding> holdings = new ArrayList<>();
    for (ProcessRecord process : manifest.processes()) {
      for (Descriptor descriptor : process.descriptors()) {
        holdings.add(of(process, process.pid(), descriptor, descriptions));
      }
      for (ProcessRecord.ThreadDescriptors thread : process.threads()) {
        for (Descriptor descriptor : thread.descriptors()) {
          holdings.add(of(process, thread.thread(), descriptor, descriptions));
        }
      }
      process.cwd().ifPresent(place -> add(process, "cwd", place, holdings));
      process.root().ifPresent(place -> add(process, "root", place, holdings));
      process.executable().ifPresent(place -> add(process, "executable", place, holdings));
      for (ProcessRecord.MappingRecord mapping : process.mappings()) {
        add(process, "mapping", new Place(true, mapping.path(), mapping.relinked()), holdings);
      }
    }
    return holdings;
  }

  private static Holding of(
      ProcessRecord process,
      int thread,
      Descriptor descriptor,
      Map<Integer, Description> descriptions) {
    Description description = descriptions.get(descriptor.description());
    return new Holding(
        process.pid(),
        thread,
        process.name(),
        "descriptor",
        Optional.of(descriptor.number()),
        description.path(),
        description.relinked().isPresent(),
        description.relinked(),
        Optional.of(description.offset()),
        description.flags());
  }

  private static void add(ProcessRecord process, String role, Place place, List<Holding> holdings) {
    if (place.onTarget()) {
      holdings.add(
          new Holding(
              process.pid(),
              process.pid(),
              process.name(),
              role,
              Optional.empty(),
              place.path(),
              place.relinked().isPresent(),
              place.relinked(),
              Optional.empty(),
              Set.of()));
    }
  }

  /** By whom it was held. */
  String holder() {
    return thread + " " + RawPath.printable(process);
  }

  /** Such as {@code fd 3}. */
  String by() {
    return descriptor.map(number -> "fd " + number).orElse(role);
  }

  /** The name by which it was opened, for people. */
  String name() {
    if (path.isEmpty()) {
      return deleted ? "(name unknown)" : ".";
    }
    return path + (deleted ? " (deleted)" : "");
  }
}
