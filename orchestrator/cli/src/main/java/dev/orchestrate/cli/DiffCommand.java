package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.diff.Change;
import dev.orchestrate.engine.diff.Differ;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
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

/** {@code orchestrate diff}. */
@Command(
    name = "diff",
    description = {
      "Lists what differs between a checkpoint and the live tree, or between two checkpoints.",
      "",
      "A line for each name, sorted: + for what has been added since, - for what has been removed, M "
          + "for other data, owner, mode, date of modification, extended attributes or kind; -v says "
          + "which of these. What the checkpoints themselves have put into the tree is left out, and "
          + "so is what is mounted in it."
    })
final class DiffCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID2",
      description = "Compare with this checkpoint of the same path, instead of the live tree.")
  private Optional<String> other = Optional.empty();

  @Option(
      names = "--exit-code",
      description = "End with status 10 if anything differs; without, with 0 all the same.")
  private boolean exitCode;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  private long found;

  /** What {@code --json} gives for each. */
  record Entry(String change, RawPath path, List<String> what) {}

  @Override
  public Integer call() {
    Catalog catalog = program.catalog();
    Manifest first = catalog.find(id).manifest();
    Optional<Manifest> second = other.map(one -> catalog.find(one).manifest());
    second.ifPresent(one -> requireSamePath(first, one));
    Differ differ =
        new Differ(catalog, program.backends(), Shutdown.cancellation(), this::print, this::skip);
    second.ifPresentOrElse(one -> differ.between(first, one), () -> differ.withLiveTree(first));
    if (json) {
      spec.commandLine().getOut().println(found == 0 ? "[ ]" : " ]");
    }
    return (exitCode && found > 0 ? ExitStatus.DIFFERENT : ExitStatus.OK).status();
  }

  private void requireSamePath(Manifest first, Manifest second) {
    RawPath path = first.target().path();
    if (!second.target().path().equals(path)) {
      throw new ParameterException(
          spec.commandLine(),
          "checkpoint "
              + first.id()
              + " is of "
              + path
              + ", and "
              + second.id()
              + " of "
              + second.target().path());
    }
  }

  /** One by one, as there may be more than fit into memory. */
  private void print(Change change) {
    PrintWriter out = spec.commandLine().getOut();
    found++;
    if (json) {
      Entry entry = new Entry(change.kind().word(), change.path(), change.what());
      out.print(found == 1 ? "[ " : ",\n  ");
      out.print(Json.line(entry));
    } else {
      boolean why = program.verbose() && !change.what().isEmpty();
      out.println(
          letter(change.kind())
              + " "
              + change.path()
              + (why ? ": " + String.join(", ", change.what()) : ""));
    }
  }

  private String letter(Change.Kind kind) {
    Style style = program.screen().out();
    String letter = String.valueOf(kind.letter());
    return switch (kind) {
      case ADDED -> style.good(letter);
      case REMOVED -> style.bad(letter);
      case CHANGED -> style.warning(letter);
    };
  }

  private void skip(RawPath path) {
    program.say("something is mounted at " + path + ", which is not compared");
  }
}
