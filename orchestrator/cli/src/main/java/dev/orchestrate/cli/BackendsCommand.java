package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.Target;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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

  /** What {@code --json} gives for each. */
  record Entry(
      String name,
      String description,
      Optional<Boolean> fits,
      List<String> reasons,
      List<String> notes) {}

  @Override
  public Integer call() {
    Optional<Target> target = path.map(TargetFinder::find);
    List<Entry> entries =
        program.backends().all().stream().map(backend -> entry(backend, target)).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(new String(ManifestFormat.write(entries), StandardCharsets.UTF_8));
    } else if (entries.isEmpty()) {
      out.println("no backends are installed");
    } else {
      entries.forEach(entry -> print(entry, out));
    }
    return ExitStatus.OK.status();
  }

  private Entry entry(SnapshotBackend backend, Optional<Target> target) {
    if (target.isEmpty()) {
      return new Entry(
          backend.name(), backend.description(), Optional.empty(), List.of(), List.of());
    }
    Settings settings = new Settings(Optional.empty(), program.catalog().stateDirectory());
    Assessment assessment = backend.probe(target.get(), settings);
    if (assessment instanceof Assessment.Fits fit) {
      return new Entry(
          backend.name(), backend.description(), Optional.of(true), List.of(), fit.notes());
    }
    return new Entry(
        backend.name(),
        backend.description(),
        Optional.of(false),
        List.of(((Assessment.Unfit) assessment).reason()),
        List.of());
  }

  private static void print(Entry entry, PrintWriter out) {
    String verdict = entry.fits().map(fits -> fits ? "  fits" : "  does not fit").orElse("");
    out.println(entry.name() + verdict);
    out.println("  " + entry.description());
    entry.reasons().forEach(reason -> out.println("  - " + reason));
    entry.notes().forEach(note -> out.println("  - " + note));
  }
}
