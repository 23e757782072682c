package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate list}. */
@Command(name = "list", description = "Lists the checkpoints, the oldest first.")
final class ListCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives for each. */
  record Entry(
      String id,
      Instant created,
      String backend,
      RawPath target,
      long frozenMicros,
      int processes,
      int relinks,
      String state,
      Optional<String> reason) {

    static Entry of(StoredCheckpoint stored) {
      if (stored instanceof StoredCheckpoint.Broken broken) {
        return new Entry(
            broken.id(),
            broken.created(),
            broken.begun().map(begun -> begun.backend()).orElse("?"),
            broken.begun().map(begun -> begun.target()).orElse(RawPath.EMPTY),
            0,
            0,
            0,
            "incomplete",
            Optional.of(broken.reason().getMessage()));
      }
      Manifest manifest = stored.manifest();
      return new Entry(
          manifest.id(),
          manifest.created(),
          manifest.backend(),
          manifest.target().path(),
          manifest.frozenMicros(),
          manifest.processes().size(),
          manifest.relinks().size(),
          stored instanceof StoredCheckpoint.Complete complete && complete.temporary()
              ? "temporary"
              : "complete",
          Optional.empty());
    }
  }

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    List<Entry> entries = catalog.list().stream().map(Entry::of).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(new String(ManifestFormat.write(entries), StandardCharsets.UTF_8));
    } else if (entries.isEmpty()) {
      out.println("no checkpoints in " + catalog.stateDirectory());
    } else {
      Table table =
          new Table("ID", "CREATED", "BACKEND", "FROZEN", "PROCESSES", "RELINKED", "TARGET");
      for (Entry entry : entries) {
        boolean complete = !entry.state().equals("incomplete");
        table.add(
            entry.id(),
            complete || entry.created().isAfter(Instant.EPOCH) ? Units.time(entry.created()) : "?",
            entry.backend(),
            complete ? Units.millis(entry.frozenMicros()) : "incomplete",
            complete ? Integer.toString(entry.processes()) : "-",
            complete ? Integer.toString(entry.relinks()) : "-",
            entry.target()
                + (entry.state().equals("temporary") ? " (goes with the backup at work)" : ""));
      }
      table.print(out);
    }
    return ExitStatus.OK.status();
  }
}
