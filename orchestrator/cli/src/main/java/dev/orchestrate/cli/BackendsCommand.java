package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.checkpoint.ExpectedFreeze;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.Target;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate backends}. */
@Command(
    name = "backends",
    description = "Lists the backends and, for a PATH, says which fit it and why the others don't.")
final class BackendsCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "PATH", description = "What is to be checkpointed.")
  private Optional<RawPath> path = Optional.empty();

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /**
   * What {@code --json} gives for each.
   *
   * @param fits and what follows: absent if no path was given
   * @param atomic whether all files are of one moment, whoever writes to them
   * @param orphans how files without any name are kept
   * @param frozenMicros of earlier checkpoints of this path by this backend, the oldest first
   * @param expected what is known of the frozen time without any
   */
  record Entry(
      String name,
      String description,
      Optional<Boolean> fits,
      List<String> reasons,
      Optional<Boolean> atomic,
      Optional<String> orphans,
      List<Long> frozenMicros,
      Optional<ExpectedFreeze> expected,
      List<String> notes) {}

  @Override
  public Integer call() {
    Optional<Target> target = path.map(TargetFinder::find);
    List<Manifest> earlier = target.map(this::checkpointsOf).orElse(List.of());
    List<Entry> entries =
        program.backends().all().stream().map(backend -> entry(backend, target, earlier)).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, entries);
    } else if (entries.isEmpty()) {
      out.println("no backends are installed");
    } else {
      entries.forEach(entry -> print(entry, out));
    }
    return ExitStatus.OK.status();
  }

  private List<Manifest> checkpointsOf(Target target) {
    return program.catalog().list().stream()
        .filter(stored -> stored instanceof StoredCheckpoint.Complete)
        .map(StoredCheckpoint::manifest)
        .filter(manifest -> manifest.target().path().equals(target.path()))
        .toList();
  }

  private Entry entry(SnapshotBackend backend, Optional<Target> target, List<Manifest> earlier) {
    Optional<Assessment> assessment =
        target.map(
            one ->
                backend.probe(
                    one, new Settings(Optional.empty(), program.catalog().stateDirectory())));
    if (assessment.isPresent() && assessment.get() instanceof Assessment.Fits fit) {
      List<Long> frozen =
          earlier.stream()
              .filter(manifest -> manifest.backend().equals(backend.name()))
              .map(Manifest::frozenMicros)
              .toList();
      return new Entry(
          backend.name(),
          backend.description(),
          Optional.of(true),
          List.of(),
          Optional.of(fit.capabilities().contains(Capability.ATOMIC)),
          Optional.of(orphans(fit.capabilities())),
          frozen,
          frozen.isEmpty() ? Optional.of(ExpectedFreeze.on(target.get(), fit)) : Optional.empty(),
          fit.notes());
    }
    return new Entry(
        backend.name(),
        backend.description(),
        assessment.map(unfit -> false),
        assessment.map(unfit -> ((Assessment.Unfit) unfit).reason()).stream().toList(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of());
  }

  private static String orphans(Set<Capability> capabilities) {
    if (capabilities.contains(Capability.REVIVES_ORPHANS)) {
      return "kept as they are, at no cost";
    }
    if (capabilities.contains(Capability.SHARES_BLOCKS)) {
      return "cloned, sharing their blocks";
    }
    return capabilities.contains(Capability.STAGES_CONTENTS)
        ? "copied before the freeze, and in it if they change"
        : "copied while processes stand still";
  }

  private static void print(Entry entry, PrintWriter out) {
    String verdict = entry.fits().map(fits -> fits ? "  fits" : "  does not fit").orElse("");
    out.println(entry.name() + verdict);
    out.println("  " + entry.description());
    entry.reasons().forEach(reason -> out.println("  - " + reason));
    if (entry.atomic().isPresent()) {
      out.println("  moment    " + moment(entry.atomic().get()));
      out.println("  orphans   " + entry.orphans().orElseThrow());
      out.println("  frozen    " + frozen(entry));
    }
    entry.notes().forEach(note -> out.println("  - " + note));
  }

  private static String moment(boolean atomic) {
    return atomic
        ? "one for all files, whoever writes to them"
        : "one for the files of frozen processes; none for what others write to";
  }

  private static String frozen(Entry entry) {
    List<Long> micros = entry.frozenMicros();
    if (micros.isEmpty()) {
      return expected(entry.expected().orElseThrow());
    }
    long median = micros.stream().sorted().skip(micros.size() / 2).findFirst().orElseThrow();
    return Units.millis(median)
        + ", the median of "
        + Units.count(micros.size(), "checkpoint", "checkpoints")
        + " of this path";
  }

  private static String expected(ExpectedFreeze expected) {
    return expected.processes() == 0
        ? "nothing would be: no process has a file open there"
        : "for the snapshot, and about %s to look at what %s open"
            .formatted(
                Units.millis(expected.lookMicros()),
                Units.count(expected.processes(), "process has", "processes have"));
  }
}
