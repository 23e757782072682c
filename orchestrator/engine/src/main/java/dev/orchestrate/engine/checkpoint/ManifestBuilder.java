package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Descriptor;
import dev.orchestrate.engine.manifest.ProcessRecord.MappingRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.engine.manifest.ProcessRecord.ThreadDescriptors;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.engine.openfiles.Descriptions;
import dev.orchestrate.engine.openfiles.Held;
import dev.orchestrate.engine.openfiles.HeldDescriptor;
import dev.orchestrate.engine.openfiles.HeldMapping;
import dev.orchestrate.engine.openfiles.OriginalNames;
import dev.orchestrate.engine.openfiles.OriginalNames.Name;
import dev.orchestrate.engine.openfiles.ProcessFiles;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.FileLock;
import dev.orchestrate.spi.SnapshotReference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Names everything that the frozen processes hold, relinking what has no name; the manifest itself
 * is put together later, when they run again.
 */
final class ManifestBuilder {
  private final List<ProcessFiles> processes;
  private final Map<Integer, ProcessDetails> details;
  private final OriginalNames names;
  private final Relinks relinks;
  private final IdentityHashMap<Held, Name> named = new IdentityHashMap<>();
  private final IdentityHashMap<Held, RawPath> relinkedNames = new IdentityHashMap<>();
  private final Map<RawPath, Relink> relinked = new LinkedHashMap<>();
  private final List<List<HeldDescriptor>> shared;
  private final IdentityHashMap<HeldDescriptor, Integer> descriptionIds = new IdentityHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private List<String> methods = List.of();

  /** Where relinks come from. */
  interface Relinks {
    /** The relink of an inode that no name leads to, if there is one. */
    Optional<Relink> of(Held held, RawPath original);
  }

  /** Does all that has to be done while the processes stand still. */
  ManifestBuilder(
      List<ProcessFiles> processes,
      Map<Integer, ProcessDetails> details,
      OriginalNames names,
      Relinks relinks) {
    this.processes = processes;
    this.details = details;
    this.names = names;
    this.relinks = relinks;
    processes.forEach(process -> process.all().forEach(this::name));
    this.shared =
        Descriptions.of(
            processes.stream()
                .flatMap(process -> process.descriptors().values().stream())
                .flatMap(List::stream)
                .toList());
  }

  private void name(Held held) {
    if (!named.containsKey(held)) {
      Name name = names.of(held);
      named.put(held, name);
      if (!name.leadsThere()) {
        relinks.of(held, name.path()).ifPresent(relink -> note(held, relink));
      }
    }
  }

  private void note(Held held, Relink relink) {
    relinked.put(relink.relinked(), relink); // its size may be another, for each look at it
    relinkedNames.put(held, relink.relinked());
  }

  private RawPath path(Held held) {
    return named.get(held).path();
  }

  private Optional<RawPath> relinked(Held held) {
    return Optional.ofNullable(relinkedNames.get(held));
  }

  void warn(List<String> more) {
    warnings.addAll(more);
  }

  /** How each process was frozen. */
  void explain(List<String> methods) {
    this.methods = methods;
  }

  Manifest manifest(Identity identity, Plan plan, SnapshotReference reference, long frozenMicros) {
    List<Description> descriptions = descriptions();
    return new Manifest(
        Manifest.VERSION,
        identity.id(),
        identity.set(),
        identity.created(),
        reference.backend(),
        new Manifest.TargetRecord(
            plan.target().path(),
            plan.target().pathInFilesystem(),
            plan.target().mount().type(),
            plan.target().mount().source()),
        Manifest.attributesOf(reference),
        plan.request().manifestPath(identity.id()),
        frozenMicros,
        methods,
        List.copyOf(relinked.values()),
        descriptions,
        processes.stream().map(this::process).toList(),
        List.copyOf(warnings),
        Optional.empty());
  }

  private List<Description> descriptions() {
    List<Description> descriptions = new ArrayList<>();
    for (List<HeldDescriptor> sharers : shared) {
      int id = descriptions.size();
      sharers.forEach(sharer -> descriptionIds.put(sharer, id));
      descriptions.add(description(id, sharers));
    }
    return descriptions;
  }

  private Description description(int id, List<HeldDescriptor> sharers) {
    HeldDescriptor first = sharers.get(0);
    int flags = OpenFlag.bits(first.info().flags()) & ~OpenFlag.O_CLOEXEC.value();
    Set<FileLock> locks = new LinkedHashSet<>();
    sharers.forEach(sharer -> locks.addAll(sharer.info().locks()));
    if (locks.stream().anyMatch(lock -> lock.kind() == FileLock.Kind.POSIX)) {
      warnings.add(
          path(first.held())
              + ": a POSIX lock of process "
              + first.held().pid()
              + " is recorded, but can't be taken again for another process");
    }
    return new Description(
        id,
        path(first.held()),
        relinked(first.held()),
        first.held().state().kind(),
        OpenFlag.of(flags),
        Math.max(0, first.info().offset()),
        List.copyOf(locks));
  }

  private ProcessRecord process(ProcessFiles files) {
    ProcessDetails detail = details.get(files.pid());
    List<ThreadDescriptors> threads = new ArrayList<>();
    List<Descriptor> own = List.of();
    for (Map.Entry<Integer, List<HeldDescriptor>> table : files.descriptors().entrySet()) {
      List<Descriptor> descriptors = table.getValue().stream().map(this::descriptor).toList();
      if (table.getKey() == files.pid()) {
        own = descriptors;
      } else {
        threads.add(new ThreadDescriptors(table.getKey(), descriptors));
      }
    }
    return new ProcessRecord(
        files.pid(),
        Optional.of(detail.status().parent()).filter(parent -> parent > 0),
        detail.status().pidInNamespace(),
        detail.status().name(),
        detail.command(),
        detail.environment(),
        detail.status().user(),
        detail.status().group(),
        detail.status().groups(),
        detail.status().umask(),
        place(files.cwd(), detail.cwd()),
        place(files.root(), detail.root()),
        place(files.executable(), detail.executable()),
        own,
        threads,
        files.mappings().stream().map(this::mapping).toList());
  }

  private Descriptor descriptor(HeldDescriptor held) {
    return new Descriptor(
        held.number(), descriptionIds.get(held), held.info().flags().contains(OpenFlag.O_CLOEXEC));
  }

  private Optional<Place> place(Optional<Held> held, RawPath elsewhere) {
    if (held.isPresent()) {
      return Optional.of(new Place(true, path(held.get()), relinked(held.get())));
    }
    return elsewhere.isEmpty()
        ? Optional.empty()
        : Optional.of(new Place(false, elsewhere, Optional.empty()));
  }

  private MappingRecord mapping(HeldMapping held) {
    return new MappingRecord(
        Long.toHexString(held.mapping().start()),
        Long.toHexString(held.mapping().end()),
        held.mapping().offset(),
        held.mapping().protection(),
        path(held.held()),
        relinked(held.held()));
  }
}
