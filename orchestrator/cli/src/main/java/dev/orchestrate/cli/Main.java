package dev.orchestrate.cli;

import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.engine.restart.PathMap;
import dev.orchestrate.linux.RawPath;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The program that a person or a script starts. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    if (ReadyAnswers.give(List.of(arguments), new FileOutputStream(FileDescriptor.out))) {
      return;
    }
    WarmUp.begin();
    ReportStream out = new ReportStream(new FileOutputStream(FileDescriptor.out));
    PrintWriter err = writer(new FileOutputStream(FileDescriptor.err));
    int status = run(RawArguments.of(arguments), writer(out), err, Screen.ofThisProcess());
    Optional<String> unwritten = out.failure();
    unwritten.ifPresent(
        reason -> {
          err.println("orchestrate: the report could not be written: " + reason);
          err.println("  what was done stays as it is; see: orchestrate list");
        });
    System.exit(unwritten.isPresent() ? Math.max(status, ExitStatus.FAILED.status()) : status);
  }

  /**
   * Runs one command, to its end, in this process: for a caller that runs many, where starting a
   * Java machine takes long.
   *
   * @param arguments names in the form of {@link RawPath#text()}
   * @return the exit status
   */
  public static int run(List<String> arguments, PrintWriter out, PrintWriter err) {
    return run(arguments, out, err, Screen.NONE);
  }

  private static int run(List<String> arguments, PrintWriter out, PrintWriter err, Screen screen) {
    CommandLine commandLine = commandLine(arguments);
    commandLine.setOut(out);
    commandLine.setErr(err);
    OrchestrateCommand.of(commandLine).showOn(screen);
    String[] completed = DefaultCommand.complete(arguments, commandLine).toArray(String[]::new);
    try {
      return commandLine.execute(completed);
    } catch (Error e) {
      // what the command held was closed, and what it had begun undone, on the way here
      return FailureReport.status(invoked(commandLine), FailureReport.report(e, err, screen.err()));
    } finally {
      out.flush();
      err.flush();
      Shutdown.finish();
    }
  }

  private static CommandLine invoked(CommandLine top) {
    List<CommandLine> all =
        Optional.ofNullable(top.getParseResult())
            .map(ParseResult::asCommandLineList)
            .orElse(List.of(top));
    return all.get(all.size() - 1);
  }

  /** With no more commands than these words can be about. */
  static CommandLine commandLine(List<String> words) {
    CommandLine commandLine =
        AllCommands.onlyOneFor(words)
            .map(command -> new CommandLine(new OrchestrateCommand()).addSubcommand(command))
            .orElseGet(() -> new CommandLine(new AllCommands()));
    commandLine.setExecutionStrategy(new ConfiguredExecution());
    commandLine.setExecutionExceptionHandler(new FailureReport());
    commandLine.setParameterExceptionHandler(new UsageReport());
    commandLine.registerConverter(RawPath.class, RawPath::of);
    commandLine.registerConverter(RelinkTemplate.class, Main::template);
    commandLine.registerConverter(PathMap.Entry.class, Main::mapped);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    return commandLine;
  }

  private static RelinkTemplate template(String argument) {
    try {
      return new RelinkTemplate(RawPath.of(argument));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }

  private static PathMap.Entry mapped(String argument) {
    String[] paths = argument.split("=", 2);
    if (paths.length < 2 || !paths[0].startsWith("/") || !paths[1].startsWith("/")) {
      throw new CommandLine.TypeConversionException("give two absolute paths: OLD=NEW");
    }
    return new PathMap.Entry(RawPath.of(paths[0]), RawPath.of(paths[1]));
  }

  /** UTF-8 whatever the locale says, since names are shown that no other charset can. */
  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
