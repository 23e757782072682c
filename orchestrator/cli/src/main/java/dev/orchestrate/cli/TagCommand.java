package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate tag}. */
@Command(name = "tag", description = "Changes the tags and the note of a checkpoint.")
final class TagCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The id of a checkpoint or of a set, or the beginning of it.")
  private String id;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "NAME", description = "Tags to add.")
  private List<String> added = List.of();

  @Option(
      names = "--remove",
      paramLabel = "NAME",
      description = "A tag to remove; may be repeated.")
  private List<String> removed = List.of();

  @Option(names = "--note", paramLabel = "TEXT", description = "A new note; empty for none.")
  private Optional<String> note = Optional.empty();

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives for each: what is written on it now. */
  record Entry(String id, List<String> tags, String note) {}

  @Override
  public Integer call() {
    if (added.isEmpty() && removed.isEmpty() && note.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "say what to change: NAME, --remove, --note");
    }
    Catalog catalog = program.catalog();
    Labels labels = new Labels(catalog);
    List<Entry> entries =
        catalog.findAll(id).stream().map(one -> change(one.id(), labels)).toList();
    if (json) {
      Json.print(spec.commandLine().getOut(), entries);
    }
    return ExitStatus.OK.status();
  }

  private Entry change(String found, Labels labels) {
    Label before = labels.of(found).orElse(Label.NONE);
    List<String> tags = new ArrayList<>(before.tags());
    tags.addAll(added);
    tags.removeAll(removed);
    Label changed = CheckpointOptions.label(tags, note.orElse(before.note()), spec);
    labels.write(found, changed);
    return new Entry(found, changed.tags(), changed.note());
  }
}
