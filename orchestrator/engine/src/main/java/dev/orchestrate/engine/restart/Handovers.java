package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.MappingRecord;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.SystemCalls.DescriptorLimit;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NoSpaceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What one program gets from all views.
 *
 * @param byView one for each
 */
record Handovers(List<Handover> byView) {
  private static final int OWN_DESCRIPTORS = 128;

  /**
   * What the user chose; see {@link Handover#of(Manifest, Optional)}.
   *
   * @throws ConflictException if a number means one file here and another there
   */
  static Handovers of(List<Manifest> manifests, Optional<Integer> choice) {
    List<Manifest> having =
        manifests.stream().filter(one -> choice.isEmpty() || has(one, choice.get())).toList();
    List<Handover> byView = new ArrayList<>();
    Set<Integer> numbers = new HashSet<>();
    for (Manifest manifest : manifests) {
      // where no manifest has it, the first says so
      Handover one =
          having.isEmpty() || having.contains(manifest)
              ? Handover.of(manifest, choice)
              : Handover.NOTHING;
      for (int number : one.descriptors().keySet()) {
        if (!numbers.add(number)) {
          throw new ConflictException(
              "descriptor " + number + " means files on several filesystems",
              "choose with --process, or relaunch them with --all");
        }
      }
      byView.add(one);
    }
    return new Handovers(byView);
  }

  private static boolean has(Manifest manifest, int choice) {
    return manifest.processes().stream()
        .flatMap(
            process ->
                Stream.concat(
                    Stream.of(process.pid()),
                    process.threads().stream().map(ProcessRecord.ThreadDescriptors::thread)))
        .anyMatch(id -> id == choice);
  }

  /** The same descriptors, numbered from 3 on in their order: systemd's convention. */
  Handovers renumbered() {
    List<Integer> ordered =
        byView.stream().flatMap(one -> one.descriptors().keySet().stream()).sorted().toList();
    return new Handovers(
        byView.stream().map(one -> one.renumbered(number -> 3 + ordered.indexOf(number))).toList());
  }

  /** For each number the path of what it is for, relative to the top of its view. */
  SortedMap<Integer, String> names(List<Manifest> manifests) {
    SortedMap<Integer, String> names = new TreeMap<>();
    for (int i = 0; i < byView.size(); i++) {
      Map<Integer, Description> descriptions = manifests.get(i).descriptionsById();
      byView
          .get(i)
          .descriptors()
          .forEach((number, id) -> names.put(number, descriptions.get(id).path().toString()));
    }
    return names;
  }

  /** Opens all of it; files that were only mapped get the numbers above. */
  SortedMap<Integer, Fd> open(List<OpenedView> views) {
    SortedMap<Integer, Fd> open = new TreeMap<>();
    for (int i = 0; i < byView.size(); i++) {
      OpenDescriptions descriptions = views.get(i).descriptions();
      descriptions.openWriters(byView.get(i).descriptors().values());
      byView.get(i).descriptors().forEach((number, id) -> open.put(number, descriptions.open(id)));
    }
    for (int i = 0; i < byView.size(); i++) {
      for (MappingRecord mapping : byView.get(i).mappings()) {
        open.put(firstAbove(open), openMapped(views.get(i).anchors(), mapping));
      }
    }
    return open;
  }

  /** The first number that neither they nor the standard streams have. */
  static int firstAbove(SortedMap<Integer, Fd> open) {
    return Math.max(3, open.isEmpty() ? 3 : open.lastKey() + 1);
  }

  private static Fd openMapped(Anchors anchors, MappingRecord mapping) {
    Fd inode = anchors.of(mapping.path(), mapping.relinked());
    boolean written = mapping.protection().startsWith("w", 1) && mapping.protection().endsWith("s");
    return anchors.keep(inode.reopen(written ? Fd.O_RDWR : Fd.O_RDONLY));
  }

  /** The descriptors given for mapped files come last, in the order of the mappings. */
  List<String> mappedVariable(SortedMap<Integer, Fd> open) {
    List<MappingRecord> mappings = byView.stream().flatMap(one -> one.mappings().stream()).toList();
    if (mappings.isEmpty()) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>(open.keySet());
    int first = numbers.size() - mappings.size();
    List<String> entries = new ArrayList<>();
    for (MappingRecord mapping : mappings) {
      entries.add(
          numbers.get(first + entries.size())
              + "="
              + mapping.start()
              + "-"
              + mapping.end()
              + ":"
              + mapping.offset()
              + ":"
              + mapping.protection());
    }
    return List.of("ORCHESTRATE_MAPPED=" + String.join(" ", entries));
  }

  /**
   * Raises the soft limit so that every number can be used.
   *
   * @throws NoSpaceException if the hard limit does not allow it
   */
  void makeRoom() {
    int highest =
        byView.stream()
            .flatMap(one -> one.descriptors().keySet().stream())
            .max(Integer::compare)
            .orElse(2);
    int mappings = byView.stream().mapToInt(one -> one.mappings().size()).sum();
    long distinct =
        mappings
            + byView.stream()
                .mapToLong(one -> one.descriptors().values().stream().distinct().count())
                .sum();
    long needed = Math.max(highest + 1L + mappings, distinct + OWN_DESCRIPTORS);
    DescriptorLimit limit = SystemCalls.descriptorLimit();
    if (needed <= limit.soft()) {
      return;
    }
    if (Long.compareUnsigned(needed, limit.hard()) > 0) {
      throw new NoSpaceException(
          needed + " open files are needed, and only " + limit.hard() + " are allowed",
          "raise the hard limit: ulimit -Hn " + needed);
    }
    SystemCalls.setDescriptorLimit(new DescriptorLimit(needed, limit.hard()));
  }
}
