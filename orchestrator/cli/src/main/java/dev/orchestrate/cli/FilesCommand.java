package dev.orchestrate.cli;

import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate files}. */
@Command(name = "files", description = "Shows which process held what, and what was relinked as.")
final class FilesCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    List<Holding> holdings = Holding.in(program.catalog().find(id).manifest());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, holdings);
    } else {
      print(holdings, out);
    }
    return ExitStatus.OK.status();
  }

  private void print(List<Holding> holdings, PrintWriter out) {
    if (holdings.isEmpty()) {
      out.println("no process held anything");
      return;
    }
    Table table = new Table(program.screen(), "PROCESS", "HOLDS", "OFFSET", "NAME", "RELINKED AS");
    for (Holding holding : holdings) {
      table.add(
          holding.holder(),
          holding.by(),
          holding.offset().map(String::valueOf).orElse(""),
          holding.name(),
          holding.relinked().map(RawPath::toString).orElse(""));
    }
    table.print(out);
  }
}
