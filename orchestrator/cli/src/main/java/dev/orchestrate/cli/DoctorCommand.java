package dev.orchestrate.cli;

import dev.orchestrate.engine.doctor.Doctor;
import dev.orchestrate.engine.doctor.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate doctor}. */
@Command(
    name = "doctor",
    description = {
      "Looks whether this machine has what commands need. Changes nothing.",
      "",
      "A line for each thing: ok; warning, if something is not possible or slower, and the rest works; "
          + "problem, if commands fail or something waits to be cleaned up. The exit status is that "
          + "of a command that fails on the first problem, and 0 if there is none."
    })
final class DoctorCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives for each. */
  record Entry(String level, String subject, String message, String mend) {}

  @Override
  public Integer call() {
    List<Finding> findings =
        Doctor.look(program.catalogToRecover(), program.pluginFolders(), OrchestrateCommand.home());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<Entry> entries = findings.stream().map(DoctorCommand::entry).toList();
      Json.print(out, entries);
    } else {
      findings.forEach(finding -> out.println(line(finding, program.screen().out())));
    }
    return findings.stream()
        .flatMap(finding -> finding.failure().stream())
        .map(failure -> ExitStatus.of(failure).status())
        .findFirst()
        .orElse(ExitStatus.OK.status());
  }

  private static Entry entry(Finding finding) {
    return new Entry(level(finding), finding.subject(), finding.message(), finding.mend());
  }

  private static String line(Finding finding, Style style) {
    String mend = finding.mend().isEmpty() ? "" : "; to mend: " + finding.mend();
    String level = "%-8s".formatted(level(finding));
    String shown =
        switch (finding.level()) {
          case OK -> style.good(level);
          case WARNING -> style.warning(level);
          case PROBLEM -> style.bad(level);
        };
    return shown + " " + finding.subject() + ": " + finding.message() + mend;
  }

  private static String level(Finding finding) {
    return finding.level().name().toLowerCase(Locale.ROOT);
  }
}
