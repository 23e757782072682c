package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Descriptor;
import dev.orchestrate.engine.manifest.ProcessRecord.MappingRecord;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotFoundException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/**
 * Which recorded descriptors, and which files that were only mapped, one program gets.
 *
 * @param descriptors the number to the id of the description
 * @param mappings of unlinked files that no descriptor leads to
 */
record Handover(SortedMap<Integer, Integer> descriptors, List<MappingRecord> mappings) {
  static final Handover NOTHING = new Handover(new TreeMap<>(), List.of());

  /** What one process had. */
  static Handover of(Manifest manifest, ProcessRecord process) {
    return merge(manifest, List.of(process));
  }

  /**
   * What the user chose.
   *
   * @param choice a process, or a thread with a descriptor table of its own; empty for everything
   * @throws NotFoundException if it was not recorded
   * @throws ConflictException if a number means different things in different processes
   */
  static Handover of(Manifest manifest, Optional<Integer> choice) {
    if (choice.isEmpty()) {
      return merge(manifest, manifest.processes());
    }
    for (ProcessRecord process : manifest.processes()) {
      if (process.pid() == choice.get()) {
        return of(manifest, process);
      }
      for (ProcessRecord.ThreadDescriptors thread : process.threads()) {
        if (thread.thread() == choice.get()) {
          return new Handover(numbers(thread.descriptors()), List.of());
        }
      }
    }
    throw new NotFoundException(
        "process " + choice.get() + ": is not in checkpoint " + manifest.id(),
        "it has: " + pids(manifest));
  }

  private static Handover merge(Manifest manifest, List<ProcessRecord> processes) {
    SortedMap<Integer, Integer> numbers = new TreeMap<>();
    Map<Integer, Integer> owners = new HashMap<>();
    List<MappingRecord> mappings = new ArrayList<>();
    for (ProcessRecord process : processes) {
      numbers(process.descriptors())
          .forEach(
              (number, description) -> {
                Integer other = numbers.putIfAbsent(number, description);
                if (other != null && !other.equals(description)) {
                  throw new ConflictException(
                      "descriptor "
                          + number
                          + " means one file in process "
                          + owners.get(number)
                          + " and another in "
                          + process.pid(),
                      "choose with --process, or relaunch them with --all: " + pids(manifest));
                }
                owners.putIfAbsent(number, process.pid());
              });
      mappings.addAll(onlyMapped(manifest, process));
    }
    return new Handover(numbers, mappings);
  }

  private static SortedMap<Integer, Integer> numbers(List<Descriptor> descriptors) {
    SortedMap<Integer, Integer> numbers = new TreeMap<>();
    descriptors.forEach(one -> numbers.put(one.number(), one.description()));
    return numbers;
  }

  private static List<MappingRecord> onlyMapped(Manifest manifest, ProcessRecord process) {
    List<Integer> open = process.descriptors().stream().map(Descriptor::description).toList();
    return process.mappings().stream()
        .filter(mapping -> mapping.relinked().isPresent())
        .filter(
            mapping ->
                manifest.descriptions().stream()
                    .filter(description -> open.contains(description.id()))
                    .noneMatch(one -> one.relinked().equals(mapping.relinked())))
        .filter(mapping -> !isExecutable(process, mapping))
        .toList();
  }

  private static boolean isExecutable(ProcessRecord process, MappingRecord mapping) {
    return process.executable().flatMap(ProcessRecord.Place::relinked).equals(mapping.relinked());
  }

  private static String pids(Manifest manifest) {
    return manifest.processes().stream()
        .map(process -> process.pid() + " (" + process.name() + ")")
        .collect(Collectors.joining(", "));
  }

  /** The same descriptors by other numbers, and no mappings. */
  Handover renumbered(IntUnaryOperator renumbering) {
    SortedMap<Integer, Integer> numbers = new TreeMap<>();
    descriptors.forEach(
        (number, description) -> numbers.put(renumbering.applyAsInt(number), description));
    return new Handover(numbers, List.of());
  }
}
