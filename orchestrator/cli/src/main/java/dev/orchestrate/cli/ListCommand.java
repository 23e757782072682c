package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
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

  /** What stands for a label that can't be read. */
  private static final Label UNREADABLE = new Label(List.of(), "its label.json can't be read");

  /** What {@code --json} gives for each. */
  record Entry(
      String id,
      Optional<String> set,
      Instant created,
      String backend,
      RawPath target,
      long frozenMicros,
      int processes,
      int relinks,
      String state,
      Optional<String> reason,
      List<String> tags,
      String note) {

    private static Optional<String> setOf(StoredCheckpoint stored) {
      return stored.set().map(SnapshotSet::id);
    }

    static Entry of(StoredCheckpoint stored, Labels labels) {
      Label label = labels.of(stored.id()).orElse(UNREADABLE);
      if (stored instanceof StoredCheckpoint.Broken broken) {
        return new Entry(
            broken.id(),
            setOf(broken),
            broken.created(),
            broken.begun().map(begun -> begun.backend()).orElse("?"),
            broken.begun().map(begun -> begun.target()).orElse(RawPath.EMPTY),
            0,
            0,
            0,
            "incomplete",
            Optional.of(broken.reason().getMessage()),
            label.tags(),
            label.note());
      }
      Manifest manifest = stored.manifest();
      return new Entry(
          manifest.id(),
          setOf(stored),
          manifest.created(),
          manifest.backend(),
          manifest.target().path(),
          manifest.frozenMicros(),
          manifest.processes().size(),
          manifest.relinks().size(),
          stored instanceof StoredCheckpoint.Complete complete && complete.temporary()
              ? "temporary"
              : "complete",
          Optional.empty(),
          label.tags(),
          label.note());
    }
  }

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    Labels labels = new Labels(catalog);
    List<Entry> entries = catalog.list().stream().map(one -> Entry.of(one, labels)).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, entries);
    } else if (entries.isEmpty()) {
      out.println("no checkpoints in " + catalog.stateDirectory());
    } else {
      table(entries).print(out);
    }
    return ExitStatus.OK.status();
  }

  private Table table(List<Entry> entries) {
    boolean tagged = entries.stream().anyMatch(entry -> !entry.tags().isEmpty());
    boolean ofSets = entries.stream().anyMatch(entry -> entry.set().isPresent());
    List<String> headings =
        new ArrayList<>(List.of("ID", "CREATED", "BACKEND", "FROZEN", "PROCESSES", "RELINKED"));
    if (ofSets) {
      headings.add("SET");
    }
    headings.addAll(tagged ? List.of("TAGS", "TARGET") : List.of("TARGET"));
    Table table = new Table(program.screen(), headings.toArray(String[]::new));
    for (Entry entry : entries) {
      boolean complete = !entry.state().equals("incomplete");
      List<String> cells =
          new ArrayList<>(
              List.of(
                  entry.id(),
                  complete || entry.created().isAfter(Instant.EPOCH)
                      ? Units.time(entry.created())
                      : "?",
                  entry.backend(),
                  complete ? Units.millis(entry.frozenMicros()) : "incomplete",
                  complete ? Integer.toString(entry.processes()) : "-",
                  complete ? Integer.toString(entry.relinks()) : "-"));
      if (ofSets) {
        cells.add(entry.set().orElse("-"));
      }
      if (tagged) {
        cells.add(String.join(",", entry.tags()));
      }
      cells.add(
          entry.target()
              + (entry.state().equals("temporary") ? " (goes with the backup at work)" : ""));
      table.add(cells.toArray(String[]::new));
    }
    return table;
  }
}
